import { sendAhead } from '@cordee/service/database/orm';
import { sqlArray } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import type { BankEntry } from './bank-file.ts';
import { identityOf, isSameBooking, type BookingIdentity } from './booking-identity.ts';
import { transactionsOf, type Booking, type EntryTotal } from './movements.ts';
import { signedAmountOf } from './outgoing-payments.ts';

interface NotifiedRow {
  id: string;
  account: string;
  currency: string;
  /** Positive for a credit. */
  amount: string;
  reference: string | null;
  key: string;
  identity: Omit<BookingIdentity, 'key'>;
}

/**
 * Clears the entries of notifications that the account statement books as money of the seller. A rule was added after
 * the notification, which had them as money of customers. They have the bank's reference and the amount of an own
 * movement. A new own movement also clears an entry that differs in nothing but the report.
 */
export async function clearNotifiedMovements(
  { em, now }: BillingContext,
  ownMovements: readonly Booking[],
  newOwnMovements: readonly Booking[],
): Promise<void> {
  if (ownMovements.length === 0) return;
  const newEntries = new Set(newOwnMovements.map(({ entry }) => entry));
  const movements = [...new Map(ownMovements.map((booking) => [booking.entry, booking])).values()].map(
    ({ account, entry }) => ({ account, entry, identity: identityOf('entry 054', account, entry) }),
  );
  const rows = await em.execute<NotifiedRow[]>(
    `select id, account, currency, -amount as amount, reference, replace(identity_key::text, '-', '') as key, identity
     from clearing_entry
     where report = '054' and cleared_at is null
       and (reference = any(?::text[]) or identity_key = any(?::uuid[]))
     order by id`,
    [
      sqlArray(movements.flatMap(({ entry }) => entry.reference ?? [])),
      sqlArray(movements.map(({ identity }) => identity.key)),
    ],
  );
  const cleared = movements.flatMap(({ account, entry, identity }) => {
    const index = rows.findIndex(
      (row) =>
        (row.account === account && hasSameReference(row, entry)) ||
        (newEntries.has(entry) &&
          row.key === identity.key &&
          isSameBooking({ ...row.identity, key: row.key }, identity)),
    );
    return index < 0 ? [] : rows.splice(index, 1);
  });
  if (cleared.length > 0)
    setCleared(
      em,
      now,
      cleared.map(({ id }) => id),
    );
}

const hasSameReference = ({ currency, amount, reference }: NotifiedRow, entry: BankEntry): boolean =>
  reference !== null &&
  reference === entry.reference &&
  currency === entry.amount.currency &&
  Number(amount) === signedAmountOf(entry);

interface KnownRow {
  /** Null for an entry of a notification that is not cleared. */
  status: 'own_movement' | 'ignored' | 'cleared' | null;
  id: string;
  key: string;
  identity: Omit<BookingIdentity, 'key'>;
}

/**
 * Clears the entries of a notification that an earlier account statement has booked as money of the seller. The rule
 * was retired after the statement, and the entries have no reference by which the notification finds the statement.
 * Equal entries are counted: each own movement clears one.
 */
export async function clearByOwnMovements(
  { em, now }: BillingContext,
  notifiedTotals: readonly EntryTotal[],
): Promise<void> {
  const probes = notifiedTotals.flatMap(({ account, entry, identity }) =>
    'transactions' in entry && entry.transactions.length <= 1
      ? { ofEntry: identity, ofPayment: identityOf('payment', account, entry, transactionsOf(entry)[0]) }
      : [],
  );
  if (probes.length === 0) return;
  const rows = await em.execute<KnownRow[]>(
    `select status, id, replace(identity_key::text, '-', '') as key, identity from bank_booking
     where identity_key = any(?::uuid[]) and status in ('own_movement', 'ignored')
     union all
     select case when cleared_at is not null then 'cleared' end, id, replace(identity_key::text, '-', ''), identity
     from clearing_entry where report = '054' and identity_key = any(?::uuid[])
     order by id`,
    [sqlArray(probes.map(({ ofPayment }) => ofPayment.key)), sqlArray(probes.map(({ ofEntry }) => ofEntry.key))],
  );
  const rowsByKey = Map.groupBy(rows, ({ key }) => key);
  const clearedIds = new Set<string>();
  for (const { ofEntry, ofPayment } of probes) {
    const same = [ofEntry, ofPayment].flatMap((identity) =>
      (rowsByKey.get(identity.key) ?? []).filter((row) => isSameBooking({ ...row.identity, key: row.key }, identity)),
    );
    const countOf = (...statuses: KnownRow['status'][]): number =>
      same.filter(({ status }) => statuses.includes(status)).length;
    const waiting = same.filter(({ id, status }) => status === null && !clearedIds.has(id));
    const clearedNow = countOf(null) - waiting.length;
    if (waiting[0] && countOf('own_movement') > countOf('ignored', 'cleared') + clearedNow)
      clearedIds.add(waiting[0].id);
  }
  if (clearedIds.size > 0) setCleared(em, now, [...clearedIds]);
}

const setCleared = (em: EntityManager, now: Date, ids: readonly string[]): void =>
  sendAhead(em, `update clearing_entry set cleared_at = ? where id = any(?::uuid[])`, [now, sqlArray(ids)]);
