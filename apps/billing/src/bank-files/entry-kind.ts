import type { BankEntry } from './bank-file.ts';

/** The suffix `_reversed` marks the reversal of an earlier incoming or outgoing payment. */
export type EntryKind = 'incoming' | 'outgoing' | 'incoming_reversed' | 'outgoing_reversed';

/**
 * Returns the kind of an entry. A reversal has the opposite direction of the payment that it reverses: the reversal of
 * an incoming payment is a debit.
 */
export function entryKindOf({ isReversal }: BankEntry, direction: BankEntry['direction']): EntryKind {
  if (direction === 'credit') return isReversal ? 'outgoing_reversed' : 'incoming';
  return isReversal ? 'incoming_reversed' : 'outgoing';
}
