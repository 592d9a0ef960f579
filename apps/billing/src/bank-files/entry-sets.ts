import type { BankEntry, EntrySet, UnprocessableEntry } from './bank-file.ts';

/** A set has at least this number of payments, except the last set, and its last entry may have more payments. */
const PAYMENTS_PER_SET = 500;

/** Collects the entries of a file into sets. */
export class EntrySets {
  private current: { statement: number; entries: BankEntry[]; unprocessable: UnprocessableEntry[] }[] = [];
  private paymentCount = 0;
  private readonly fullSets: EntrySet[] = [];

  add(entry: BankEntry, statement: number): void {
    this.entriesOf(statement).entries.push(entry);
    this.countPayments(entry.transactions.length);
  }

  addUnprocessable(entry: UnprocessableEntry, statement: number): void {
    this.entriesOf(statement).unprocessable.push(entry);
    this.countPayments(1);
  }

  /** Removes and returns the sets that are full. */
  takeFull(): EntrySet[] {
    return this.fullSets.splice(0);
  }

  /** Removes and returns the entries that are in no full set. */
  takeRest(): EntrySet {
    const rest = this.current;
    this.current = [];
    this.paymentCount = 0;
    return rest;
  }

  private entriesOf(statement: number) {
    const last = this.current.at(-1);
    if (last?.statement === statement) return last;
    const added = { statement, entries: [], unprocessable: [] };
    this.current.push(added);
    return added;
  }

  private countPayments(count: number): void {
    this.paymentCount += Math.max(1, count);
    if (this.paymentCount >= PAYMENTS_PER_SET) this.fullSets.push(this.takeRest());
  }
}
