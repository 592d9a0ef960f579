import { newId, toUuid } from '@cordee/contracts/id';
import { addDays } from '@cordee/calendar/local-date';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import type { BillingContext } from '../billing-context.ts';
import type { MoneySource } from '../ledger/ledger-entry.ts';
import { postLedgerBookings } from '../ledger/post-ledger-booking.ts';
import type { Seller } from '../seller/seller.ts';
import type { BankFile } from './bank-file.ts';
import { netOf } from './camt-fields.ts';
import type { ImportedBookings } from './imported-bookings.ts';
import type { EntryTotal } from './movements.ts';
import { recordOfTotal } from './recorded-booking.ts';

/** The two reports may state value dates for an entry that differ by at most this number of days. */
const DAYS_BETWEEN_REPORTS = 5;

/**
 * Stores the entries that both reports must contain, so that the entries of one report clear those of the other.
 * `totals` has only entries with a readable amount. An entry of the report that does not count is also a booking of the
 * file. If the account statement does not count, its entries move money from the ledger account `bank` to `clearing`,
 * from which the payments of the notification take their money. Returns the value dates of the entries.
 */
export function recordTotals(
  context: BillingContext,
  { fileId, kind }: { fileId: `bkf_${string}`; kind: BankFile['kind'] },
  totals: readonly EntryTotal[],
  importedBookings: ImportedBookings,
): string[] {
  const { em, now, seller } = context;
  const newTotals = totals.flatMap((total) => {
    const { entry } = total;
    const countingReport = seller.bankReportOf(total.account);
    const isNew = importedBookings.claimTotal(total, kind !== countingReport);
    if (!isNew) return [];
    const { currency } = entry.amount!;
    const amount = entry.direction === 'credit' ? entry.amount!.amount : -entry.amount!.amount;
    const valuedOn = entry.valueDate ?? entry.bookingDate ?? seller.today(now);
    const bookingId = newId('bkg', now);
    if (kind !== countingReport) importedBookings.add(recordOfTotal(bookingId, total));
    return [{ ...total, countingReport, amount, currency, valuedOn, bookingId }];
  });
  if (kind === '053')
    postLedgerBookings(
      em,
      now,
      newTotals
        .filter(({ countingReport }) => countingReport === '054')
        .map(({ account: bankAccount, bookingId, amount, currency, valuedOn }) => ({
          organizationId: undefined,
          id: bookingId,
          kind: 'clearing',
          valuedOn,
          currency,
          entries: [
            { account: 'bank', bankAccount, amount },
            { account: 'clearing', bankAccount, amount: -amount },
          ],
        })),
    );
  postCharges(
    context,
    newTotals.filter(({ countingReport }) => countingReport === kind),
  );
  if (newTotals.length === 0) return [];
  sendAhead(
    em,
    `insert into clearing_entry (
       id, account, report, is_awaited, currency, amount, value_on, reference, bank_file_id, booking_id, identity_key,
       identity
     )
     select row.id, row.account, ?, row."isAwaited", row.currency, row.amount, row."valuedOn", row.reference, ?,
            row."bookingId", row."identityKey", row.identity
     from jsonb_to_recordset(?::jsonb) as row (
       id uuid, account text, "isAwaited" boolean, currency text, amount bigint, "valuedOn" date, reference text,
       "bookingId" uuid, "identityKey" uuid, identity jsonb
     )`,
    [
      kind,
      toUuid(fileId),
      JSON.stringify(
        newTotals.map(({ entry, amount, currency, valuedOn, bookingId, identity, ...total }) => ({
          // The ids of clearing entries leave the service only in cursors, so they have no prefix of their own.
          id: toUuid(newId('bkg', now)),
          account: total.account,
          // The other report must contain the entry, except that a notification is optional when the statement counts.
          isAwaited: total.countingReport === '054' || kind === '054',
          currency,
          amount: kind === '053' ? amount : -amount,
          valuedOn,
          reference: entry.reference ?? null,
          bookingId: uuidOrNull(kind === total.countingReport ? null : bookingId),
          identityKey: identity.key,
          identity: {
            references: identity.references,
            content: identity.content,
            payment: identity.payment,
          },
        })),
      ),
    ],
  );
  return newTotals.map(({ valuedOn }) => valuedOn);
}

/** Posts the charges that make an entry smaller than the sum of its payments. */
function postCharges(
  { em, now, seller }: BillingContext,
  newTotals: readonly (EntryTotal & { amount: number; currency: string; valuedOn: string })[],
): void {
  postLedgerBookings(
    em,
    now,
    newTotals.flatMap(({ account, entry, amount, currency, valuedOn }) => {
      const isDetailed = 'transactions' in entry && entry.transactions.length > 0;
      const charges = isDetailed ? (netOf(entry.transactions, currency)?.amount ?? amount) - amount : 0;
      if (charges === 0) return [];
      return {
        organizationId: undefined,
        id: newId('bkg', now),
        kind: 'bank_movement' as const,
        valuedOn,
        currency,
        entries: [
          { ...moneySourceOf(seller, account), amount: -charges },
          { account: 'bank_fees' as const, amount: charges },
        ],
      };
    }),
  );
}

/**
 * Returns the ledger account from which payments to an account of the seller take their money. `bankAccount` is the
 * canonical number of the account.
 */
export const moneySourceOf = (seller: Seller, bankAccount: string): MoneySource => ({
  account: seller.bankReportOf(bankAccount) === '053' ? 'bank' : 'clearing',
  bankAccount,
});

/**
 * Clears entries with value dates near to `dates`: first entries that add up to zero per reference, then pairs with
 * equal amount and value date, then entries that add up to zero per value date. Only entries of different reports clear
 * each other.
 */
export function clearEntries(
  { em, now }: BillingContext,
  dates: { readonly first: string; readonly last: string } | undefined,
): void {
  if (!dates) return;
  const firstDate = addDays(dates.first, -DAYS_BETWEEN_REPORTS);
  const lastDate = addDays(dates.last, DAYS_BETWEEN_REPORTS);
  // A window function reads the entries once; a join of the table with itself could get a slow plan.
  const clear = (entriesSql: string, groupSql: string): void =>
    sendAhead(
      em,
      `update clearing_entry set cleared_at = ? where id in (
         select id from (
           select id, sum(amount) over entries as total, min(report) over entries as first_report,
                  max(report) over entries as last_report
           from ${entriesSql}
           where cleared_at is null and value_on between ? and ?
           window entries as (partition by account, currency, ${groupSql})
         ) grouped
         where total = 0 and first_report <> last_report
       )`,
      [now, firstDate, lastDate],
    );
  clear(`(select * from clearing_entry where reference is not null) referenced`, 'reference');
  clear(
    `(
       select *, row_number() over (partition by account, currency, value_on, amount, report order by id) as number
       from clearing_entry where cleared_at is null
     ) numbered`,
    'value_on, abs(amount), number',
  );
  clear('clearing_entry', 'value_on');
}
