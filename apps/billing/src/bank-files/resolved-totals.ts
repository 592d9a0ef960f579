import { sqlArray } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EntryTotal } from './movements.ts';

interface TotalRow {
  account: string;
  currency: string;
  /** Positive for a credit. */
  amount: string;
  reference: string;
}

/** Entries of the account statement that staff has assigned, returned or written off before their notification. */
export class ResolvedTotals {
  private constructor(private readonly keys: ReadonlySet<string>) {}

  /** Reads the resolved entries that have the bank's reference of an entry of a notification. */
  static async load(em: EntityManager, totals: readonly EntryTotal[]): Promise<ResolvedTotals> {
    const references = totals.flatMap(({ entry: { reference } }) => reference ?? []);
    if (references.length === 0) return new ResolvedTotals(new Set());
    const rows = await em.execute<TotalRow[]>(
      `select entry.account, entry.currency, entry.amount, entry.reference
       from clearing_entry entry join suspense_resolution using (booking_id)
       where entry.report = '053' and entry.reference = any(?::text[])`,
      [sqlArray([...new Set(references)])],
    );
    return new ResolvedTotals(new Set(rows.map((row) => keyOf(row.account, row.currency, row.amount, row.reference))));
  }

  /** True for an entry of a notification whose money staff has already moved. */
  has({ account, entry: { amount, direction, reference } }: Pick<EntryTotal, 'account' | 'entry'>): boolean {
    if (!amount || reference === undefined) return false;
    const signedAmount = direction === 'credit' ? amount.amount : -amount.amount;
    return this.keys.has(keyOf(account, amount.currency, signedAmount, reference));
  }
}

const keyOf = (account: string, currency: string, amount: string | number, reference: string): string =>
  JSON.stringify([account, currency, String(amount), reference]);
