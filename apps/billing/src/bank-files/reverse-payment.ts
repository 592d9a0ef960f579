import { newId, toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { BillingContext } from '../billing-context.ts';
import type { Invoice } from '../documents/invoice.entity.ts';
import { lockInvoicesToReopen } from '../documents/lock-invoices-to-reopen.ts';
import { ProForma } from '../documents/pro-forma.entity.ts';
import { readLinesOf } from '../documents/stored-lines.ts';
import { reversedEntries, type LedgerEntry, type MoneySource } from '../ledger/ledger-entry.ts';
import { readLedgerEntries } from '../ledger/read-ledger-entries.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccount } from '../ledger/prepaid-account.ts';
import { readPrepaidBalance } from '../ledger/prepaid-balance.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import type { Booking } from './movements.ts';
import { findOriginalBooking, type OriginalBooking } from './original-booking.ts';
import type { BookingOutcome } from './recorded-booking.ts';
import { withoutCreditedShortfall } from './credited-shortfall.ts';

/**
 * Reverses an incoming payment that the bank took back: posts the reversal and reopens the invoices that the payment
 * paid. If prepaid has already spent the money, this function first reverses the newest payments from prepaid, so that
 * the prepaid balance never becomes negative.
 */
export async function reversePayment(
  context: BillingContext,
  id: `bkg_${string}`,
  booking: Booking,
  source: MoneySource,
): Promise<BookingOutcome> {
  const { entry } = booking;
  const original = await findOriginalBooking(context.em, booking);
  if (!original) {
    postToSuspense(context, id, booking, source);
    return { status: 'suspense', reason: 'reversal_unknown', detail: 'the reversed booking was not found' };
  }
  const reversed = await reverseBooking(context, { id, original, source, valuedOn: entry.valueDate });
  if (!reversed) {
    postToSuspense(context, id, booking, source);
    const detail = 'the customer has already got the reversed payment back';
    return { status: 'suspense', reason: 'reversal_not_covered', detail };
  }
  const organizationId = original.organizationId ?? null;
  return { status: 'reversed', organizationId, ...reversed, reason: 'reversed' };
}

/**
 * Reverses the booking of a payment: the money leaves `source`, and the paid invoices are open again. Returns the first
 * of these invoices and, when there are several, a detail with their numbers. Changes nothing and returns undefined
 * when the customer has already got the money back.
 */
export async function reverseBooking(
  context: BillingContext,
  {
    id,
    original,
    source,
    valuedOn,
    note,
  }: { id: `bkg_${string}`; original: OriginalBooking; source: MoneySource; valuedOn: string; note?: string },
): Promise<{ documentId: string | null; detail: string | null } | undefined> {
  const { em, now } = context;
  const { organizationId, currency } = original;
  if (organizationId) await lockPrepaidAccount(em, organizationId, now);
  // The money leaves `source`, even if the payment came from another account: the report that counts may have changed
  // since the payment, and staff may have assigned the payment from suspense.
  const entries = (await readLedgerEntries(context, organizationId, original.id)).map((each) =>
    each.account === 'bank' || each.account === 'clearing' || (each.account === 'suspense' && each.amount > 0)
      ? { amount: each.amount, ...source }
      : each,
  );
  if (organizationId) {
    // A credit to prepaid is a negative entry. The balance must cover the credits that the reversal removes.
    const requiredBalance = entries
      .filter(({ account }) => account === 'prepaid')
      .reduce((sum, { amount }) => sum - amount, 0);
    const isCovered = await freePrepaid(context, organizationId, currency, requiredBalance);
    if (!isCovered) return undefined;
  }
  const invoices = await postReversal(context, {
    id,
    organizationId,
    reverses: original.id,
    currency,
    entries,
    valuedOn,
    ...(note !== undefined && { note }),
  });
  if (organizationId) await payOldestInvoices(context, organizationId, currency);
  return {
    documentId: documentIdsOf(entries)[0] ?? null,
    detail: invoices.length > 1 ? `reopened: ${invoices.map(({ number }) => number).join(', ')}` : null,
  };
}

/**
 * Makes the prepaid balance at least `requiredBalance`, by reversing the newest payments from prepaid. Returns false,
 * without a change, when they do not suffice.
 */
export async function freePrepaid(
  context: BillingContext,
  organizationId: `org_${string}`,
  currency: Currency,
  requiredBalance: number,
): Promise<boolean> {
  const { coveredAmount, paymentIds } = await findPaymentsToReverse(context, organizationId, currency, requiredBalance);
  if (coveredAmount < requiredBalance) return false;
  await reversePrepaidPayments(context, organizationId, currency, paymentIds);
  return true;
}

/** Posts a reversal about which staff decides. */
function postToSuspense(
  { em, now }: BillingContext,
  id: `bkg_${string}`,
  { entry, transaction }: Booking,
  source: MoneySource,
): void {
  const { amount, currency } = transaction.amount;
  postLedgerBooking(em, now, {
    organizationId: undefined,
    id,
    kind: 'reversal',
    valuedOn: entry.valueDate,
    currency,
    entries: [
      { ...source, amount: -amount },
      { account: 'suspense', amount },
    ],
  });
}

/**
 * Finds the newest payments from prepaid whose reversal makes the balance at least `requiredBalance`. `coveredAmount`
 * is the part of `requiredBalance` that prepaid then has; less than all of it when money was paid out of prepaid.
 */
export async function findPaymentsToReverse(
  context: BillingContext,
  organizationId: `org_${string}`,
  currency: Currency,
  requiredBalance: number,
): Promise<{ coveredAmount: number; paymentIds: `bkg_${string}`[] }> {
  let balance = await readPrepaidBalance(context.em, organizationId, currency);
  const paymentIds: `bkg_${string}`[] = [];
  if (balance < requiredBalance)
    for (const payment of await readUnreversedPayments(context, organizationId, currency)) {
      if (balance >= requiredBalance) break;
      paymentIds.push(toId('bkg', payment.id));
      balance += Number(payment.amount);
    }
  return { coveredAmount: Math.min(balance, requiredBalance), paymentIds };
}

/** Reverses payments from prepaid: reopens the invoices of the payments, and ends the reservations. */
export async function reversePrepaidPayments(
  context: BillingContext,
  organizationId: `org_${string}`,
  currency: Currency,
  paymentIds: readonly `bkg_${string}`[],
): Promise<void> {
  const { em, now, publish, seller } = context;
  if (paymentIds.length === 0) return;
  const proFormas = await em.find(ProForma, { organizationId, reservationId: { $in: [...paymentIds] } });
  for (const proForma of proFormas) {
    Object.assign(proForma, { reservationId: null, reservedAmount: 0 });
    await publish(proForma.reservationChangedEvent());
  }
  for (const paymentId of paymentIds)
    await postReversal(context, {
      id: newId('bkg', now),
      organizationId,
      reverses: paymentId,
      currency,
      entries: await readLedgerEntries(context, organizationId, paymentId),
      valuedOn: seller.today(now),
    });
}

/** Reads the payments from prepaid that are not reversed, the newest first. */
const readUnreversedPayments = (
  { em }: BillingContext,
  organizationId: `org_${string}`,
  currency: Currency,
): Promise<{ id: string; amount: string }[]> =>
  em.execute(
    `select payment.id, entry.amount from ledger_booking payment
     join ledger_entry entry on entry.organization_id = payment.organization_id and entry.booking_id = payment.id
       and entry.account = 'prepaid' and entry.currency = ?
     where payment.organization_id = ? and payment.kind = 'prepaid_payment'
       and not exists (
         select from ledger_booking reversal
         where reversal.organization_id = payment.organization_id and reversal.reverses = payment.id
       )
     order by payment.booked_at desc, payment.id desc`,
    [currency, toUuid(organizationId)],
  );

interface Reversal {
  readonly id: `bkg_${string}`;
  readonly organizationId: `org_${string}` | undefined;
  readonly reverses: `bkg_${string}`;
  readonly currency: Currency;
  /** The entries of the reversed booking. */
  readonly entries: readonly LedgerEntry[];
  readonly valuedOn: string;
  /** The comment of the staff. */
  readonly note?: string;
}

const documentIdsOf = (entries: readonly LedgerEntry[]): string[] => [
  ...new Set(entries.flatMap(({ documentId }) => documentId ?? [])),
];

/** Posts the reversal of a ledger booking and reopens the invoices that the booking paid. Returns the invoices. */
async function postReversal(context: BillingContext, reversal: Reversal): Promise<readonly Invoice[]> {
  const { em, now, publish, seller } = context;
  const { organizationId, entries: allEntries, ...bookingFields } = reversal;
  const invoices = await readPaidInvoices(context, organizationId, allEntries);
  const lines = await readLinesOf(em, invoices);
  const { entries, shortfall } = withoutCreditedShortfall(allEntries, invoices, lines);
  const [documentId, ...otherDocumentIds] = documentIdsOf(entries);
  postLedgerBooking(em, now, {
    ...bookingFields,
    organizationId,
    kind: 'reversal',
    reason: 'reversed',
    entries: reversedEntries(entries),
    ...(documentId && otherDocumentIds.length === 0 && { documentId }),
  });
  for (const invoice of invoices) {
    const paid = entries.find((each) => each.account === 'receivable' && each.documentId === invoice.id)!;
    const payment = {
      amount: -paid.amount,
      shortfall,
      reversedOn: reversal.valuedOn,
      dueOn: seller.reopenedDueOn(now),
    };
    await publish(invoice.reopen(payment, lines.get(invoice.id)!));
  }
  return invoices;
}

const readPaidInvoices = async (
  { em }: BillingContext,
  organizationId: `org_${string}` | undefined,
  entries: readonly LedgerEntry[],
): Promise<Invoice[]> => {
  const ids = entries
    .filter(({ account }) => account === 'receivable')
    .map(({ documentId }) => documentId as `inv_${string}`);
  return organizationId && ids.length > 0 ? lockInvoicesToReopen(em, organizationId, ids) : [];
};
