import type { BankEntry } from './bank-file.ts';

/** `_reversed`: the bank takes back an earlier booking of that kind. */
export type EntryKind = 'incoming' | 'outgoing' | 'incoming_reversed' | 'outgoing_reversed';

/** The kind of an entry. A reversed credit is booked as a debit, so a reversal swaps the direction. */
export function entryKindOf({ isReversal }: BankEntry, direction: BankEntry['direction']): EntryKind {
  if (direction === 'credit') return isReversal ? 'outgoing_reversed' : 'incoming';
  return isReversal ? 'incoming_reversed' : 'outgoing';
}
