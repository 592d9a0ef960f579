import { sendAhead } from '@cordee/service/database/orm';
import { sqlArray } from '@cordee/service/database/sql-values';
import type { BillingContext } from '../billing-context.ts';
import type { BankEntry } from './bank-file.ts';
import { identityOf, isSameBooking, type BookingIdentity } from './booking-identity.ts';
import type { Booking } from './movements.ts';
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
  if (cleared.length === 0) return;
  sendAhead(em, `update clearing_entry set cleared_at = ? where id = any(?::uuid[])`, [
    now,
    sqlArray(cleared.map(({ id }) => id)),
  ]);
}

const hasSameReference = ({ currency, amount, reference }: NotifiedRow, entry: BankEntry): boolean =>
  reference !== null &&
  reference === entry.reference &&
  currency === entry.amount.currency &&
  Number(amount) === signedAmountOf(entry);
