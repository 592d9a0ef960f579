import { sqlArray } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BankEntry } from './bank-file.ts';
import { netOf } from './camt-fields.ts';
import type { BankReport, IdentifiedEntry } from './movements.ts';
import { signedAmountOf } from './outgoing-payments.ts';

/** Entries of a file, divided by the decision of the rules. */
interface EntriesByRule {
  readonly ofSeller: readonly IdentifiedEntry[];
  readonly ofCustomers: readonly IdentifiedEntry[];
}

interface OtherReportRow {
  account: string;
  currency: string;
  /** Positive for a credit. */
  amount: string;
  reference: string;
  is_of_seller: boolean;
}

/**
 * Finds the entries about which an earlier import of the other report decided differently. The entries of both reports
 * have the same bank reference and the same amount. Returns for each entry whether it is money of the seller.
 */
export async function readOtherReportEntries(
  em: EntityManager,
  kind: BankReport,
  { ofSeller, ofCustomers }: EntriesByRule,
): Promise<Map<BankEntry, boolean>> {
  const [sellerReferences, customerReferences] = [referencesOf(ofSeller), referencesOf(ofCustomers)];
  if (sellerReferences.length + customerReferences.length === 0) return new Map();
  const otherReport = kind === '053' ? '054' : '053';
  const rows = await em.execute<OtherReportRow[]>(
    `select account, currency, case report when '053' then amount else -amount end as amount, reference,
            false as is_of_seller
     from clearing_entry where report = '${otherReport}' and reference = any(?::text[])
     union all
     select account, currency, sum(case direction when 'credit' then amount else -amount end),
            identity #>> '{references,entry}', true
     from bank_booking
     where status = ? and status in ('own_movement', 'ignored') and identity #>> '{references,entry}' = any(?::text[])
       -- A notification of a payment to a customer moves the money that the statement brings to clearing.
       and (status = 'own_movement' or not exists (
         select from outgoing_payment_movement movement
         where movement.reference = bank_booking.identity #>> '{references,entry}'
       ))
     group by account, currency, identity #>> '{references,entry}'`,
    [sqlArray(sellerReferences), otherReport === '053' ? 'own_movement' : 'ignored', sqlArray(customerReferences)],
  );
  const isOfSellerByKey = new Map(
    rows.map((row) => [keyOf(row.account, row.currency, row.amount, row.reference), row.is_of_seller]),
  );
  return new Map(
    [...ofSeller, ...ofCustomers].flatMap(({ account, entry }): [BankEntry, boolean][] => {
      const { currency } = entry.amount;
      const sum = netOf(entry.transactions, currency)?.amount;
      const isOfSeller = [signedAmountOf(entry), ...(sum === undefined ? [] : [sum])]
        .map((amount) => isOfSellerByKey.get(keyOf(account, currency, amount, entry.reference)))
        .find((each) => each !== undefined);
      return isOfSeller === undefined ? [] : [[entry, isOfSeller]];
    }),
  );
}

const referencesOf = (entries: readonly IdentifiedEntry[]): string[] => [
  ...new Set(entries.flatMap(({ entry: { reference } }) => reference ?? [])),
];

const keyOf = (account: string, currency: string, amount: string | number, reference: string | undefined): string =>
  JSON.stringify([account, currency, String(amount), reference]);
