import { prepaidCredited, type PrepaidReason } from '@cordee/contracts/billing/prepaid';
import { newId } from '@cordee/contracts/id';
import { domainEvent } from '@cordee/outbox/publish';
import type * as z from 'zod';
import type { BillingContext } from '../billing-context.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { numberInvoices, type InvoiceDraft } from '../documents/issue-invoice.ts';
import { ProForma } from '../documents/pro-forma.entity.ts';
import { readLines } from '../documents/stored-lines.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { convertProForma } from '../payments/convert-pro-forma.ts';
import { payOldestInvoices, spendPrepaid } from '../payments/pay-from-prepaid.ts';
import { storeCardCountry } from '../vat/place-evidence.ts';
import { CardPayment } from './card-payment.entity.ts';
import type { CardKey } from './card-reference.ts';
import { recordChargeback, recordReturnedChargeback } from './chargeback.ts';
import { PaymentMethod } from './payment-method.entity.ts';
import type { ProviderPayment } from './payment-provider.ts';
import { hasReservation, releaseCardReservation } from './card-reservation.ts';

/**
 * Applies the state of the provider to a card payment: pays the document, records fees and chargebacks, or ends the
 * payment. A repeat, or an older state of the provider, changes nothing. `providerPayment` is undefined when the
 * provider does not know the payment.
 */
export async function settleCardPayment(
  context: BillingContext,
  { organizationId, id }: CardKey<`pay_${string}`>,
  providerPayment: ProviderPayment | undefined,
): Promise<void> {
  const { em, now } = context;
  const payment = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    em.findOne(CardPayment, { organizationId, id }, { refresh: true }),
  );
  if (!payment) return;
  const drafts: InvoiceDraft[] = [];
  if (providerPayment?.status === 'succeeded') {
    if (!payment.bookingId) await applyMoney(context, payment, providerPayment, drafts);
    recordFees(context, payment, providerPayment);
    const newChargeback = providerPayment.chargedBackAmount - payment.chargedBackAmount;
    if (newChargeback > 0) await recordChargeback(context, payment, newChargeback);
    const newReturn = providerPayment.returnedAmount - payment.returnedAmount;
    if (newReturn > 0) await recordReturnedChargeback(context, payment, newReturn);
  } else if (payment.isPending()) await applyStateWithoutMoney(context, payment, providerPayment);
  payment.planLookUp(now);
  await numberInvoices(context, drafts);
}

/** Applies the state of a payment whose money has not arrived. */
async function applyStateWithoutMoney(
  context: BillingContext,
  payment: CardPayment,
  providerPayment: ProviderPayment | undefined,
): Promise<void> {
  const { em, now, publish } = context;
  if (providerPayment?.status === 'authentication_required') {
    if (payment.status === 'processing') await publish(payment.requireAuthentication(providerPayment.url));
    return;
  }
  const hasEnded = providerPayment ? providerPayment.status === 'failed' : payment.isForgotten(now);
  if (!hasEnded) return;
  const { kind, reason } = providerPayment?.failure ?? { kind: 'expired' as const, reason: null };
  await releaseCardReservation(context, payment);
  await publish(payment.fail(kind, reason, providerPayment?.card ?? null));
  if (kind === 'hard_decline' && payment.methodId) {
    const { organizationId, methodId } = payment;
    const method = await em.findOne(PaymentMethod, { organizationId, id: methodId }, { refresh: true });
    await publish(method?.decline(reason) ?? []);
  }
}

/** The use of the money of the card. */
interface AppliedMoney {
  /** The paid invoice; null when the money cannot pay the document any more. */
  readonly invoiceId: `inv_${string}` | null;
  /** The part of the money of the card that pays the document. */
  readonly cardPart: number;
  /** The reason for which the rest of the money goes to prepaid. */
  readonly reason: z.output<typeof PrepaidReason>;
}

/**
 * Applies the money of the card once: the money pays the document together with the reserved prepaid part. Money that
 * cannot pay the document any more goes to prepaid.
 */
async function applyMoney(
  context: BillingContext,
  payment: CardPayment,
  providerPayment: ProviderPayment,
  drafts: InvoiceDraft[],
): Promise<void> {
  const { em, now, publish, seller } = context;
  const { organizationId, documentId, currency } = payment;
  const paidOn = seller.today(providerPayment.capturedAt ?? now);
  // A reservation whose money the bank took back does not exist any more.
  const prepaidPart = (await hasReservation(context, payment)) ? payment.prepaidAmount : 0;
  await releaseCardReservation(context, payment);
  const receivedMoney = { amount: providerPayment.capturedAmount, prepaidPart, paidOn };
  const { invoiceId, cardPart, reason } = await payDocument(context, payment, receivedMoney, drafts);
  const rest = providerPayment.capturedAmount - cardPart;
  const paidDocumentId = invoiceId ?? documentId ?? null;
  const bookingId = newId('bkg', now);
  postLedgerBooking(em, now, {
    organizationId,
    id: bookingId,
    kind: 'card_payment',
    ...(paidDocumentId && { documentId: paidDocumentId }),
    ...(rest > 0 && { reason }),
    valuedOn: paidOn,
    currency,
    entries: [
      { account: 'card', amount: providerPayment.capturedAmount },
      ...(invoiceId ? [{ account: 'receivable' as const, amount: -cardPart, documentId: invoiceId }] : []),
      { account: 'prepaid', amount: -rest },
    ],
  });
  payment.succeed({ bookingId, invoiceId, card: providerPayment.card });
  storeCardCountry(em, organizationId, providerPayment.card?.country ?? null);
  if (rest === 0) return;
  await publish(
    domainEvent(prepaidCredited, {
      organizationId,
      bookingId,
      amount: payment.money(rest),
      currency,
      reason,
      valueDate: paidOn,
      documentId: paidDocumentId,
    }),
  );
  // The money of an expired pro forma waits for the decision whether it still pays the pro forma.
  if (reason !== 'reference_expired') await payOldestInvoices(context, organizationId, currency);
}

interface ReceivedMoney {
  /** The money of the card. */
  readonly amount: number;
  /** The reserved part of prepaid. */
  readonly prepaidPart: number;
  readonly paidOn: string;
}

function payDocument(
  context: BillingContext,
  { organizationId, documentId }: CardPayment,
  money: ReceivedMoney,
  drafts: InvoiceDraft[],
): Promise<AppliedMoney> | AppliedMoney {
  if (!documentId) return { invoiceId: null, cardPart: 0, reason: 'top_up' };
  return documentId.startsWith('pfm')
    ? payProForma(context, { organizationId, id: documentId as `pfm_${string}` }, money, drafts)
    : payInvoice(context, { organizationId, id: documentId as `inv_${string}` }, money);
}

async function payProForma(
  context: BillingContext,
  key: { organizationId: `org_${string}`; id: `pfm_${string}` },
  { amount, prepaidPart, paidOn }: ReceivedMoney,
  drafts: InvoiceDraft[],
): Promise<AppliedMoney> {
  const proForma = await context.em.findOneOrFail(ProForma, key, { refresh: true });
  const status = proForma.statusOn(paidOn);
  if (status !== 'issued' || proForma.openAmount() > amount + prepaidPart)
    return { invoiceId: null, cardPart: 0, reason: prepaidReasonByStatus[status] };
  const draft = await convertProForma(context, proForma, { paidOn, method: 'card' });
  drafts.push(draft);
  const { invoice } = draft;
  const cardPart = Math.min(amount, invoice.total);
  if (cardPart < invoice.total) spendPrepaid(context, invoice, invoice.total - cardPart);
  return { invoiceId: invoice.id, cardPart, reason: 'overpaid' };
}

/** Status of a pro forma → why money for it goes to prepaid. */
const prepaidReasonByStatus = {
  issued: 'amount_too_low',
  converted: 'reference_already_settled',
  cancelled: 'reference_cancelled',
  expired: 'reference_expired',
} as const;

async function payInvoice(
  context: BillingContext,
  key: { organizationId: `org_${string}`; id: `inv_${string}` },
  { amount, prepaidPart, paidOn }: ReceivedMoney,
): Promise<AppliedMoney> {
  const { em, now, publish, seller } = context;
  const [invoice, lines] = await Promise.all([
    em.findOneOrFail(Invoice, key, { refresh: true }),
    readLines(em, key.organizationId, key.id),
  ]);
  if (!invoice.isOpen()) return { invoiceId: null, cardPart: 0, reason: 'reference_already_settled' };
  const cardPart = Math.min(amount, invoice.openAmount());
  await publish(invoice.pay(cardPart, paidOn, 'card', lines));
  const prepaidUsed = Math.min(prepaidPart, invoice.openAmount());
  if (prepaidUsed > 0) {
    spendPrepaid(context, invoice, prepaidUsed);
    await publish(invoice.pay(prepaidUsed, seller.today(now), 'prepaid', lines));
  }
  return { invoiceId: invoice.id, cardPart, reason: 'overpaid' };
}

/** Posts the fees that the provider has reported since the last look-up. */
function recordFees({ em, now, seller }: BillingContext, payment: CardPayment, providerPayment: ProviderPayment): void {
  const fee = providerPayment.feeAmount - payment.feeAmount;
  if (fee <= 0) return;
  payment.feeAmount += fee;
  postLedgerBooking(em, now, {
    organizationId: payment.organizationId,
    id: newId('bkg', now),
    kind: 'card_payment',
    valuedOn: seller.today(now),
    currency: payment.currency,
    entries: [
      { account: 'card_fees', amount: fee },
      { account: 'card', amount: -fee },
    ],
  });
}
