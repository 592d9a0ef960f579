import { newId } from '@cordee/contracts/id';
import type { Money } from '@cordee/money/money';
import type { BillingContext } from '../billing-context.ts';
import { book } from '../ledger/book.ts';
import type { BatchTotal, Booking, Suspense } from './booking-identity.ts';
import { countedBooking, countedOdd, countedTotal, type CountedBooking } from './counted-booking.ts';

/** The money of a batch is in, but not whose it is: it waits in suspense for the 054 that tells. */
export async function countTotal(context: BillingContext, total: BatchTotal): Promise<CountedBooking> {
  const id = newId('bkg', context.now);
  if (total.entry.direction === 'debit')
    return countedTotal(id, total, { status: 'ignored', detail: 'money that went out' });
  await keepInSuspense(context, id, total.entry.amount, total.entry.valueDate);
  return countedTotal(id, total, {
    status: 'suspense',
    reason: 'batch_without_details',
    detail: 'a total of several payments; a camt.054 tells which',
  });
}

/** An entry that cannot be read as a payment: its money is booked as far as it is an amount, and staff looks at it. */
export async function countOdd(context: BillingContext, suspense: Suspense): Promise<CountedBooking> {
  const id = newId('bkg', context.now);
  const { amount, direction, valueDate, bookingDate } = suspense.odd;
  // Without a date that counts, it counts from today.
  const valuedOn = valueDate ?? bookingDate ?? context.seller.today(context.now);
  if (amount)
    await keepInSuspense(
      context,
      id,
      direction === 'credit' ? amount : { ...amount, amount: -amount.amount },
      valuedOn,
    );
  return countedOdd(id, suspense);
}

/** A payment of ours came back: it is nobody's receipt. */
export async function countReturned(context: BillingContext, booking: Booking): Promise<CountedBooking> {
  const id = newId('bkg', context.now);
  await keepInSuspense(context, id, booking.transaction.amount, booking.entry.valueDate);
  return countedBooking(id, booking, {
    status: 'suspense',
    reason: 'payment_returned',
    detail: 'a payment of ours came back',
  });
}

async function keepInSuspense(
  { em, now }: BillingContext,
  id: `bkg_${string}`,
  { amount, currency }: Money,
  valuedOn: string,
): Promise<void> {
  await book(em, now, {
    organizationId: undefined,
    id,
    kind: 'receipt',
    valuedOn,
    currency,
    entries: [
      { account: 'bank', amount },
      { account: 'suspense', amount: -amount },
    ],
  });
}
