import { prepaidCredited, type PrepaidReason } from '@cordee/contracts/billing/prepaid';
import type { MoneyValue } from '@cordee/contracts/values';
import { formatMoney, money, zero } from '@cordee/money/money';
import { domainEvent } from '@cordee/outbox/publish';
import type * as z from 'zod';
import type { BillingContext } from '../billing-context.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import type { InvoiceDraft } from '../documents/issue-invoice.ts';
import { ProForma } from '../documents/pro-forma.entity.ts';
import { readLines } from '../documents/stored-lines.ts';
import { entriesOfIncomingPayment, type LedgerAccount } from '../ledger/ledger-entry.ts';
import { postLedgerBooking, type LedgerBooking } from '../ledger/post-ledger-booking.ts';
import { prepaidSettings } from '../ledger/prepaid-settings.ts';
import { convertProForma } from '../payments/convert-pro-forma.ts';
import type { Booking } from './booking-identity.ts';
import type { ReferenceOwner } from './known-bookings.ts';
import { defaultTolerances } from './payment-tolerance.ts';
import { matchPayment, type ReferenceTarget } from './payment-matching.ts';
import { toMoneyValue, type BookingOutcome } from './recorded-booking.ts';

interface PaymentOrigin {
  /** The debited ledger account: `suspense` when an earlier import posted the total of the batch to suspense. */
  readonly from: Extract<LedgerAccount, 'bank' | 'suspense'>;
  readonly owner: ReferenceOwner | undefined;
  /** The organization that paid from the debtor's IBAN before; used when the reference has no owner. */
  readonly payer: `org_${string}` | undefined;
}

/**
 * Applies an incoming payment to the target of its reference (PAY-3). The caller must first lock the prepaid
 * accounts. An invoice that the payment creates is added to `drafts`; the caller numbers it.
 */
export async function applyPayment(
  context: BillingContext,
  bookingId: `bkg_${string}`,
  { entry, transaction }: Booking,
  origin: PaymentOrigin,
  drafts: InvoiceDraft[],
): Promise<BookingOutcome> {
  const { em, now, publish } = context;
  // The amount in the type of the API contracts; null when no product is sold in this currency.
  const contractAmount = toMoneyValue(transaction.amount);
  const organizationId = origin.owner?.organizationId ?? origin.payer;
  const ledgerBooking: Omit<LedgerBooking, 'entries'> = {
    organizationId,
    id: bookingId,
    kind: 'incoming_payment',
    valuedOn: entry.valueDate,
    currency: transaction.amount.currency,
  };
  const { document, target } = await resolveReference(context, origin.owner, entry.valueDate);
  const match = matchPayment(
    {
      reference: transaction.creditorReference,
      isReferenceInvalid: !transaction.creditorReference && transaction.uncheckedReference !== undefined,
      amount: transaction.amount,
      valueDate: entry.valueDate,
    },
    target,
    {
      tolerances: defaultTolerances,
      allowsPartPayment:
        document instanceof Invoice && (await prepaidSettings(em, document.organizationId)).takesPartPayments,
    },
  );
  // The staff decides about money of an unknown payer or in a currency in which no product is sold.
  if (!organizationId || !contractAmount) {
    postLedgerBooking(em, now, {
      ...ledgerBooking,
      organizationId: undefined,
      entries: [
        { account: origin.from, amount: transaction.amount.amount },
        { account: 'suspense', amount: -transaction.amount.amount },
      ],
    });
    return {
      status: 'suspense',
      reason: match.kind === 'prepaid' ? match.reason : 'currency_unknown',
      detail: contractAmount ? 'no organization has this reference or account' : 'no product is sold in this currency',
    };
  }
  const publishCredit = (
    amount: MoneyValue,
    reason: z.output<typeof PrepaidReason>,
    documentId: string | null,
  ): Promise<void> =>
    publish(
      domainEvent(prepaidCredited, {
        organizationId,
        bookingId,
        amount,
        currency: amount.currency,
        reason,
        valueDate: entry.valueDate,
        documentId,
      }),
    );
  if (match.kind === 'prepaid') {
    const documentId = document?.id ?? null;
    postLedgerBooking(em, now, {
      ...ledgerBooking,
      reason: match.reason,
      ...(document && { documentId: document.id }),
      entries: entriesOfIncomingPayment({ from: origin.from, toPrepaid: transaction.amount }),
    });
    await publishCredit(contractAmount, match.reason, documentId);
    const detail = match.stillOpen ? `still open: ${formatMoney(match.stillOpen, 'en')}` : null;
    return { status: 'prepaid', organizationId, documentId, reason: match.reason, detail };
  }
  const { applied, valueDate } = match;
  const surplus = match.kind === 'settle' ? match.surplus : zero(applied.currency);
  const bankFees = match.kind === 'settle' ? match.bankFees : zero(applied.currency);
  let invoice: Invoice;
  if (document instanceof ProForma) {
    // A converted pro forma gives an invoice that is already paid.
    const draft = await convertProForma(context, document, { paidOn: valueDate, method: 'bank_transfer' });
    drafts.push(draft);
    invoice = draft.invoice;
  } else {
    invoice = document!;
    // Bank fees count as paid, because they are written off.
    await payInvoice(context, invoice, valueDate, { received: applied.amount, shortfall: bankFees.amount });
  }
  const isOverpaid = surplus.amount > 0;
  postLedgerBooking(em, now, {
    ...ledgerBooking,
    documentId: invoice.id,
    ...(isOverpaid && { reason: 'overpaid' as const }),
    entries: entriesOfIncomingPayment({
      from: origin.from,
      applied: { invoiceId: invoice.id, amount: applied, bankFees },
      toPrepaid: surplus,
    }),
  });
  if (isOverpaid)
    await publishCredit({ amount: surplus.amount, currency: contractAmount.currency }, 'overpaid', invoice.id);
  const detail = isOverpaid
    ? `to prepaid: ${formatMoney(surplus, 'en')}`
    : match.kind === 'pay_part'
      ? `still open: ${formatMoney(match.stillOpen, 'en')}`
      : null;
  return { status: 'paid', organizationId, documentId: invoice.id, reason: isOverpaid ? 'overpaid' : null, detail };
}

/** Finds the document of a reference, and whether a payment with this value date can pay the document. */
async function resolveReference(
  { em }: BillingContext,
  owner: ReferenceOwner | undefined,
  valueDate: string,
): Promise<{ document: ProForma | Invoice | undefined; target: ReferenceTarget }> {
  if (!owner) return { document: undefined, target: { kind: 'unknown' } };
  const { organizationId, documentId, kind } = owner;
  if (kind === 'pro_forma') {
    const document = await em.findOne(ProForma, { organizationId, id: documentId as `pfm_${string}` });
    if (!document) return { document: undefined, target: { kind: 'unknown' } };
    const status = document.statusOn(valueDate);
    if (status === 'issued')
      return {
        document,
        target: { kind: 'open', document: 'pro_forma', open: money(document.total, document.currency) },
      };
    return { document, target: { kind: status === 'converted' ? 'settled' : status } };
  }
  if (kind === 'invoice') {
    const document = await em.findOne(Invoice, { organizationId, id: documentId as `inv_${string}` });
    // An invoice that an earlier payment of this file created is paid, but has no row yet.
    if (!document?.isOpen()) return { document: document ?? undefined, target: { kind: 'settled' } };
    return {
      document,
      target: { kind: 'open', document: 'invoice', open: money(document.openAmount(), document.currency) },
    };
  }
  return { document: undefined, target: { kind: 'standing_order' } };
}

async function payInvoice(
  { em, publish }: BillingContext,
  invoice: Invoice,
  paidOn: string,
  { received, shortfall }: { received: number; shortfall: number },
): Promise<void> {
  const lines = await readLines(em, invoice.organizationId, invoice.id);
  await publish(invoice.pay(received + shortfall, paidOn, 'bank_transfer', lines, shortfall));
}
