import { newId, toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { BillingContext } from '../billing-context.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { ProForma } from '../documents/pro-forma.entity.ts';
import { readLinesOf } from '../documents/stored-lines.ts';
import { shortfallEntries, taxSharesOf } from '../vat/tax-shares.ts';
import { reversedEntries, type LedgerAccount, type LedgerEntry } from '../ledger/ledger-entry.ts';
import { readLedgerEntries } from '../ledger/read-ledger-entries.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccount } from '../ledger/prepaid-account.ts';
import { readPrepaidBalance } from '../ledger/prepaid-balance.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import type { Booking } from './movements.ts';
import type { BookingOutcome } from './recorded-booking.ts';

/** The ledger booking that credited the money which the bank takes back. */
interface OriginalBooking {
  id: `bkg_${string}`;
  organizationId: `org_${string}` | undefined;
  currency: Currency;
}

/**
 * Reverses an incoming payment that the bank took back (C-BNK-14): posts the reversal and reopens the invoices that
 * the payment paid. If prepaid has already spent the money, this function first reverses the newest payments from
 * prepaid, so that the prepaid balance never becomes negative.
 */
export async function reversePayment(
  context: BillingContext,
  id: `bkg_${string}`,
  booking: Booking,
  sourceAccount: LedgerAccount,
): Promise<BookingOutcome> {
  const { em, now } = context;
  const { entry } = booking;
  const original = await findOriginalBooking(context, booking);
  if (!original) {
    postToSuspense(context, id, booking, sourceAccount);
    return { status: 'suspense', reason: 'reversal_unknown', detail: 'the reversed booking was not found' };
  }
  const { organizationId, currency } = original;
  if (organizationId) await lockPrepaidAccount(em, organizationId, now);
  // Posts to `sourceAccount` what left another account: the report that counts may have changed since the payment, and
  // staff may have assigned the payment from suspense.
  const entries = (await readLedgerEntries(context, organizationId, original.id)).map((each) =>
    each.account === 'bank' || each.account === 'clearing' || (each.account === 'suspense' && each.amount > 0)
      ? { ...each, account: sourceAccount }
      : each,
  );
  if (organizationId) {
    // A credit to prepaid is a negative entry. The balance must cover the credits that the reversal removes.
    const requiredBalance = entries
      .filter(({ account }) => account === 'prepaid')
      .reduce((sum, { amount }) => sum - amount, 0);
    const { coveredAmount, paymentIds } = await findPaymentsToReverse(
      context,
      organizationId,
      currency,
      requiredBalance,
    );
    if (coveredAmount < requiredBalance) {
      postToSuspense(context, id, booking, sourceAccount);
      const detail = 'the customer has already got the reversed payment back';
      return { status: 'suspense', reason: 'reversal_not_covered', detail };
    }
    await reversePrepaidPayments(context, organizationId, currency, paymentIds);
  }
  await postReversal(context, {
    id,
    organizationId,
    reverses: original.id,
    currency,
    entries,
    valuedOn: entry.valueDate,
  });
  if (organizationId) await payOldestInvoices(context, organizationId, currency);
  const documentId = entries.find((each) => each.documentId)?.documentId ?? null;
  return { status: 'reversed', organizationId: organizationId ?? null, documentId, reason: 'reversed', detail: null };
}

/** Posts a reversal about which staff decides. */
function postToSuspense(
  { em, now }: BillingContext,
  id: `bkg_${string}`,
  { entry, transaction }: Booking,
  sourceAccount: LedgerAccount,
): void {
  const { amount, currency } = transaction.amount;
  postLedgerBooking(em, now, {
    organizationId: undefined,
    id,
    kind: 'reversal',
    valuedOn: entry.valueDate,
    currency,
    entries: [
      { account: sourceAccount, amount: -amount },
      { account: 'suspense', amount },
    ],
  });
}

/**
 * Finds the newest unreversed payment that has the amount of the reversal and shares the most references with the
 * reversal. Undefined when payments of several organizations share as many: payers give equal end-to-end ids.
 */
async function findOriginalBooking(
  { em }: BillingContext,
  { account, identity, transaction }: Booking,
): Promise<OriginalBooking | undefined> {
  const rows = await em.execute<{ id: string; organization_id: string | null; currency: Currency }[]>(
    `select id, organization_id, currency from (
       select coalesce(resolution.ledger_booking_id, booking.id) as id, booking.id as booking_id,
              coalesce(resolution.organization_id, booking.organization_id) as organization_id, booking.currency,
              rank() over (order by shared.count desc) as rank
       from bank_booking booking
       left join suspense_resolution resolution on resolution.booking_id = booking.id
       cross join lateral (
         select count(*) + coalesce((booking.reference = ?)::integer, 0) as count
         from jsonb_each_text(booking.identity -> 'references')
         join jsonb_each_text(?::jsonb) as wanted using (key, value)
       ) shared
       where booking.status in ('paid', 'prepaid', 'suspense') and booking.amount = ? and booking.currency = ?
         and booking.direction = 'credit' and shared.count > 0
         -- Bookings of an earlier version have no account.
         and (booking.account is null or booking.account = ?)
         -- Money that was returned to the payer cannot be taken back automatically.
         and resolution.kind is distinct from 'returned'
         and not exists (
           select from ledger_booking reversal
           where reversal.reverses in (booking.id, resolution.ledger_booking_id)
         )
     ) candidate
     where rank = 1 order by booking_id desc`,
    [
      transaction.creditorReference ?? null,
      JSON.stringify(identity.references),
      transaction.amount.amount,
      transaction.amount.currency,
      account,
    ],
  );
  const [row] = rows;
  if (!row || rows.some(({ organization_id }) => organization_id !== row.organization_id)) return undefined;
  return {
    id: toId('bkg', row.id),
    organizationId: row.organization_id ? toId('org', row.organization_id) : undefined,
    currency: row.currency,
  };
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
}

/** Posts the reversal of a ledger booking and reopens the invoices that the booking paid. */
async function postReversal(context: BillingContext, reversal: Reversal): Promise<void> {
  const { em, now, publish, seller } = context;
  const { organizationId, entries: allEntries, ...bookingFields } = reversal;
  const invoices = await readPaidInvoices(context, organizationId, allEntries);
  const lines = await readLinesOf(em, invoices);
  const { entries, shortfall } = withoutCreditedShortfall(allEntries, invoices, lines);
  const documentId = entries.find((each) => each.documentId)?.documentId;
  postLedgerBooking(em, now, {
    ...bookingFields,
    organizationId,
    kind: 'reversal',
    reason: 'reversed',
    entries: reversedEntries(entries),
    ...(documentId && { documentId }),
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
}

const readPaidInvoices = async (
  { em }: BillingContext,
  organizationId: `org_${string}` | undefined,
  entries: readonly LedgerEntry[],
): Promise<Invoice[]> => {
  const ids = entries
    .filter(({ account }) => account === 'receivable')
    .map(({ documentId }) => documentId as `inv_${string}`);
  return organizationId && ids.length > 0 ? em.find(Invoice, { organizationId, id: { $in: ids } }) : [];
};

/**
 * Returns the entries without the part of the accepted shortfall that credit notes have taken back, and the rest of the
 * shortfall. Only a payment of a single invoice has a shortfall.
 */
function withoutCreditedShortfall(
  entries: readonly LedgerEntry[],
  [invoice]: readonly Invoice[],
  lines: Awaited<ReturnType<typeof readLinesOf>>,
): { entries: readonly LedgerEntry[]; shortfall: number } {
  const shortfallOfPayment = entries.filter(isShortfall);
  const acceptedAmount = shortfallOfPayment.reduce((sum, { amount }) => sum + amount, 0);
  const shortfall = Math.min(acceptedAmount, invoice?.shortfallAmount ?? 0);
  const creditedAmount = acceptedAmount - shortfall;
  if (creditedAmount === 0) return { entries, shortfall };
  const { account } = shortfallOfPayment.find((each) => each.account !== 'vat')!;
  const shares = taxSharesOf(lines.get(invoice!.id)!, invoice!.taxPlace);
  return {
    entries: [
      ...entries
        .filter((each) => !isShortfall(each))
        .map((each) => (each.account === 'receivable' ? { ...each, amount: each.amount + creditedAmount } : each)),
      ...shortfallEntries(account, shares, shortfall, invoice!.shortfallAmount - shortfall),
    ],
    shortfall,
  };
}

/** The entries of an accepted shortfall: net amounts and VAT. */
const isShortfall = ({ account, amount }: LedgerEntry): boolean =>
  (account === 'bank_fees' || account === 'payment_differences' || account === 'vat') && amount > 0;
