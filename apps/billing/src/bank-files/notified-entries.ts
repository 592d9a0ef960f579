import { sqlArray } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { identityOf } from './booking-identity.ts';
import type { Booking, EntryTotal } from './movements.ts';

/**
 * Returns the entries of own movements of an account statement that a notification contained as payments: the
 * notification came before their rule. Their money is in suspense or with a customer, so the statement only proves it.
 */
export async function readNotifiedEntries(
  em: EntityManager,
  ownMovements: readonly Booking[],
): Promise<Map<Booking['entry'], EntryTotal>> {
  const references = ownMovements.flatMap(({ entry: { reference } }) => reference ?? []);
  if (references.length === 0) return new Map();
  const rows = await em.execute<{ account: string; currency: string; amount: string; reference: string }[]>(
    `select account, currency, -amount as amount, reference from clearing_entry
     where report = '054' and reference = any(?::text[])`,
    [sqlArray([...new Set(references)])],
  );
  const keys = new Set(rows.map((row) => keyOf(row.account, row.currency, row.amount, row.reference)));
  return new Map(
    ownMovements.flatMap(({ account, entry }): [Booking['entry'], EntryTotal][] => {
      const { amount, direction, reference } = entry;
      const signedAmount = direction === 'credit' ? amount.amount : -amount.amount;
      return keys.has(keyOf(account, amount.currency, signedAmount, reference))
        ? [[entry, { account, entry, identity: identityOf('entry 053', account, entry) }]]
        : [];
    }),
  );
}

const keyOf = (account: string, currency: string, amount: string | number, reference: string | undefined): string =>
  JSON.stringify([account, currency, String(amount), reference]);
