import { toId, toUuid, type Id } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { NO_ORGANIZATION } from '@cordee/service/database/tenant-context';
import { instantOf, uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { csvAmount, csvRow, csvStart, csvText, type CsvFormat } from '../csv/csv-row.ts';

/** The number of bookings of a page. A larger page could exceed the size limit of a message. */
const BOOKINGS_PER_PAGE = 1_000;

/** The time, organization and id of the last booking of a page. */
export type JournalPosition = readonly [bookedAt: string, organizationId: string, id: string];

/** Instants. */
interface JournalPeriod {
  readonly start: string;
  /** Exclusive. */
  readonly end: string;
  readonly zone: string;
}

interface EntryRow {
  organization_id: string;
  id: string;
  booked_at: string;
  booked_on: string;
  valued_on: string;
  kind: string;
  reason: string | null;
  document_id: string | null;
  /** Null for a booking without entries. */
  account: string | null;
  bank_account: string | null;
  number: string | null;
  name: string | null;
  currency: Currency;
  amount: string;
}

const columns = [
  'booking',
  'date',
  'valueDate',
  'kind',
  'reason',
  'document',
  'ledgerAccount',
  'account',
  'accountName',
  'currency',
  'debit',
  'credit',
  'organization',
  'bankAccount',
];

const entriesSql = `
  with page as (
    select organization_id, id, booked_at, valued_on, kind, reason, document_id from ledger_booking
    where booked_at >= ? and booked_at < ? and (
      ?::text is null or (booked_at, organization_id, id) > (?::timestamptz, ?::uuid, ?::uuid)
    )
    order by booked_at, organization_id, id limit ?
  )
  select page.organization_id, page.id, booked_at::text, (booked_at at time zone ?)::date::text as booked_on,
         valued_on::text, kind, reason, coalesce(entry.document_id, page.document_id) as document_id, entry.account,
         entry.bank_account, journal.number, journal.name, entry.currency, entry.amount
  from page
  -- A booking of the amount zero has no entries, and counts for the end of the page.
  left join ledger_entry entry on entry.organization_id = page.organization_id and entry.booking_id = page.id
  left join lateral (
    select number, name from journal_account
    where account = entry.account and (currency = entry.currency or currency is null) order by currency limit 1
  ) journal on true
  order by page.booked_at, page.organization_id, page.id, entry.position`;

/** Reads the next bookings of a period, oldest first, as rows of a CSV. The first page has the header. */
export async function readJournalPage(
  em: EntityManager,
  { start, end, zone }: JournalPeriod,
  { format, after }: { format: CsvFormat; after: JournalPosition | undefined },
): Promise<{ text: string; next: JournalPosition | undefined }> {
  const [time, organizationId, id] = after ?? [null, null, null];
  const rows = await em.execute<EntryRow[]>(entriesSql, [
    start,
    end,
    time,
    time,
    organizationId,
    id,
    BOOKINGS_PER_PAGE,
    zone,
  ]);
  const numbers = await readNumbers(em, rows);
  const body = rows
    .filter(({ account }) => account !== null)
    .map((row) => entryAsCsv(row, numbers, format))
    .join('');
  const bookingCount = new Set(rows.map((row) => row.id)).size;
  const last = rows.at(-1);
  return {
    text: after ? body : csvStart(format) + csvRow(columns, format) + body,
    next:
      last && bookingCount === BOOKINGS_PER_PAGE
        ? [instantOf(last.booked_at), last.organization_id, last.id]
        : undefined,
  };
}

/** Returns the numbers of the documents that the bookings name by id. */
async function readNumbers(em: EntityManager, rows: readonly EntryRow[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.flatMap(({ document_id }) => document_id ?? []))] as Id[];
  if (ids.length === 0) return new Map();
  const documents = await em.execute<{ id: string; number: string }[]>(
    `select id, number from document where id = any(?::uuid[])`,
    [uuidList(ids)],
  );
  return new Map(documents.map(({ id, number }) => [id, number]));
}

/** A debit is positive in the ledger, and a credit is negative. */
function entryAsCsv(row: EntryRow, numbers: ReadonlyMap<string, string>, format: CsvFormat): string {
  const amount = Number(row.amount);
  const formatted = csvAmount(Math.abs(amount), row.currency);
  return csvRow(
    [
      toId('bkg', row.id),
      row.booked_on,
      row.valued_on,
      row.kind,
      row.reason ?? '',
      row.document_id === null ? '' : (numbers.get(toUuid(row.document_id as Id)) ?? row.document_id),
      row.account!,
      csvText(row.number ?? ''),
      csvText(row.name ?? ''),
      row.currency,
      amount > 0 ? formatted : '',
      amount < 0 ? formatted : '',
      row.organization_id === NO_ORGANIZATION ? '' : toId('org', row.organization_id),
      row.bank_account ?? '',
    ],
    format,
  );
}
