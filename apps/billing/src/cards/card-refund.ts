import { cardRefundFailed } from '@cordee/contracts/billing/card-payment';
import { prepaidCredited } from '@cordee/contracts/billing/prepaid';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { money } from '@cordee/money/money';
import { domainEvent } from '@cordee/outbox/publish';
import { sendAhead } from '@cordee/service/database/orm';
import type { BillingContext } from '../billing-context.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import { CardPayment } from './card-payment.entity.ts';
import { providerReferenceOf, type CardKey } from './card-reference.ts';
import { claimDueRow, type CardJobDependencies } from './look-up-card-payment.ts';

/**
 * Stores a refund to the card of a payment, without waiting for the reply. A job sends the refund to the provider. The
 * caller locks the prepaid account, and posts the ledger booking that moves the money from the ledger account `card`.
 */
export function requestCardRefund(
  { em, now }: BillingContext,
  refund: {
    organizationId: `org_${string}`;
    paymentId: `pay_${string}`;
    /** The invoice of a refund; null for a pay-out of prepaid. */
    documentId: `inv_${string}` | null;
    currency: string;
    amount: number;
  },
): void {
  const { organizationId, paymentId, documentId, currency, amount } = refund;
  sendAhead(em, `update card_payment set refunded_amount = refunded_amount + ? where organization_id = ? and id = ?`, [
    amount,
    toUuid(organizationId),
    toUuid(paymentId),
  ]);
  sendAhead(
    em,
    `insert into card_refund (
       organization_id, id, payment_id, document_id, currency, amount, status, created_at, next_look_up_at
     ) values (?, ?, ?, ?, ?, ?, 'ordered', ?, ?)`,
    [toUuid(organizationId), toUuid(newId('pay', now)), toUuid(paymentId), documentId, currency, amount, now, now],
  );
}

interface DueRefund {
  payment_id: string;
  amount: string;
  currency: string;
}

/** Looks up a due refund at the provider, and sends the refund if the provider does not know the reference. */
export async function carryOutRefund(
  key: CardKey<`pay_${string}`>,
  { background, provider, seller }: CardJobDependencies,
): Promise<void> {
  const dueRefund = await claimDueRow<DueRefund>(
    background,
    { table: 'card_refund', columns: 'payment_id, amount, currency' },
    key,
  );
  if (!dueRefund) return;
  const paymentId = toId('pay', dueRefund.payment_id);
  const references = {
    reference: providerReferenceOf(key),
    paymentReference: providerReferenceOf({ organizationId: key.organizationId, id: paymentId }),
  };
  const providerRefund =
    (await provider.findRefund(references)) ??
    (await provider
      .refund({ ...references, amount: money(Number(dueRefund.amount), dueRefund.currency) })
      // The provider may have executed the refund, although its answer got lost.
      .catch(() => provider.findRefund(references)));
  // The next look-up finds the result.
  if (!providerRefund || providerRefund.status === 'open') return;
  const { status } = providerRefund;
  await background.asSystem((context) => finishRefund({ ...context, seller }, key, paymentId, status));
}

/** Records the result of a refund once. The money of a failed refund goes to prepaid. */
async function finishRefund(
  context: BillingContext,
  { organizationId, id }: CardKey<`pay_${string}`>,
  paymentId: `pay_${string}`,
  status: 'succeeded' | 'failed',
): Promise<void> {
  const { em, now, publish, seller } = context;
  const [payment, finishedRefunds] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    Promise.all([
      em.findOneOrFail(CardPayment, { organizationId, id: paymentId }, { refresh: true }),
      em.execute<{ amount: string; document_id: string | null }[]>(
        `update card_refund set status = ?, next_look_up_at = null
         where organization_id = ? and id = ? and status = 'ordered' returning amount, document_id`,
        [status, toUuid(organizationId), toUuid(id)],
      ),
    ]),
  );
  const [refund] = finishedRefunds;
  if (!refund || status === 'succeeded') return;
  const amount = Number(refund.amount);
  const { currency } = payment;
  const valueDate = seller.today(now);
  const bookingId = newId('bkg', now);
  const { document_id: documentId } = refund;
  const reason = documentId ? 'refunded' : 'reversed';
  payment.refundedAmount -= amount;
  // The provider may have refused the refund because the bank of the payer took the money back.
  payment.nextLookUpAt = now;
  postLedgerBooking(em, now, {
    organizationId,
    id: bookingId,
    kind: 'refund',
    reason,
    ...(documentId && { documentId }),
    valuedOn: valueDate,
    currency,
    entries: [
      { account: 'card', amount },
      { account: 'prepaid', amount: -amount },
    ],
  });
  await publish([
    domainEvent(cardRefundFailed, { ...payment.eventFields(), refund: payment.money(amount) }),
    domainEvent(prepaidCredited, {
      organizationId,
      bookingId,
      amount: payment.money(amount),
      currency,
      reason,
      valueDate,
      documentId,
    }),
  ]);
  await payOldestInvoices(context, organizationId, currency);
}
