import { newId } from '@cordee/contracts/id';
import type { Money } from '@cordee/money/money';
import type { BillingContext } from '../billing-context.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import type { BatchTotal, Booking, UnprocessableBooking } from './booking-identity.ts';
import {
  recordedBatchTotal,
  recordedBooking,
  recordedUnprocessable,
  type RecordedBooking,
} from './recorded-booking.ts';

/**
 * Posts the total of incoming payments to suspense: the payers are unknown until the camt.054 with the details is
 * imported. A total of outgoing payments is recorded as `ignored` and not posted.
 */
export async function recordBatchTotal(context: BillingContext, total: BatchTotal): Promise<RecordedBooking> {
  const id = newId('bkg', context.now);
  if (total.entry.direction === 'debit')
    return recordedBatchTotal(id, total, { status: 'ignored', detail: 'outgoing payment' });
  await postToSuspense(context, id, total.entry.amount, total.entry.valueDate);
  return recordedBatchTotal(id, total, {
    status: 'suspense',
    reason: 'batch_without_details',
    detail: 'total of several payments; a camt.054 contains the details',
  });
}

/**
 * Posts an unprocessable entry to suspense for the staff. An entry without a readable amount gets no ledger booking.
 */
export async function recordUnprocessable(
  context: BillingContext,
  booking: UnprocessableBooking,
): Promise<RecordedBooking> {
  const id = newId('bkg', context.now);
  const { amount, direction, valueDate, bookingDate } = booking.entry;
  // Both dates are undefined when they are missing or implausible.
  const valuedOn = valueDate ?? bookingDate ?? context.seller.today(context.now);
  if (amount)
    await postToSuspense(
      context,
      id,
      // A debit reduces the bank account and the suspense account.
      direction === 'credit' ? amount : { ...amount, amount: -amount.amount },
      valuedOn,
    );
  return recordedUnprocessable(id, booking);
}

/** Posts a returned outgoing payment to suspense: the money belongs to the seller and pays no document. */
export async function recordReturnedPayment(context: BillingContext, booking: Booking): Promise<RecordedBooking> {
  const id = newId('bkg', context.now);
  await postToSuspense(context, id, booking.transaction.amount, booking.entry.valueDate);
  return recordedBooking(id, booking, {
    status: 'suspense',
    reason: 'payment_returned',
    detail: 'an outgoing payment was returned',
  });
}

async function postToSuspense(
  { em, now }: BillingContext,
  id: `bkg_${string}`,
  { amount, currency }: Money,
  valuedOn: string,
): Promise<void> {
  postLedgerBooking(em, now, {
    organizationId: undefined,
    id,
    kind: 'incoming_payment',
    valuedOn,
    currency,
    entries: [
      { account: 'bank', amount },
      { account: 'suspense', amount: -amount },
    ],
  });
}
