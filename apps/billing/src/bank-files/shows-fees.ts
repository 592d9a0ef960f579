import type { Booking } from './movements.ts';

/**
 * True when the file shows that the payer instructed a higher amount or another currency, or that somebody deducted
 * charges.
 */
export function showsFees({ entry, transaction }: Pick<Booking, 'entry' | 'transaction'>): boolean {
  const { charges, instructedAmount, amount } = transaction;
  const hasInstructedAnotherAmount =
    instructedAmount !== undefined &&
    (instructedAmount.currency !== amount.currency || instructedAmount.amount > amount.amount);
  // The charges of an entry with several payments belong to no single payment.
  const entryCharges = entry.transactions.length === 1 ? entry.charges : undefined;
  return hasInstructedAnotherAmount || (charges?.amount ?? 0) > 0 || (entryCharges?.amount ?? 0) > 0;
}
