import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { sqlArray, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RecordedBooking } from './recorded-booking.ts';

/** The maximum number of rows per statement. */
const CHUNK_SIZE = 1_000;

/** Inserts bookings with their identities, so that the next import recognizes repeated bookings. */
export function storeBookings(
  em: EntityManager,
  fileId: `bkf_${string}`,
  { bookings, firstPosition }: { bookings: readonly RecordedBooking[]; firstPosition: number },
): void {
  for (let start = 0; start < bookings.length; start += CHUNK_SIZE)
    storeChunk(em, fileId, bookings.slice(start, start + CHUNK_SIZE), firstPosition + start);
}

function storeChunk(
  em: EntityManager,
  fileId: `bkf_${string}`,
  bookings: readonly RecordedBooking[],
  firstPosition: number,
): void {
  const columnOf = (valueOf: (booking: RecordedBooking) => string | number | null | undefined): string =>
    sqlArray(bookings.map(valueOf));
  sendAhead(
    em,
    `insert into bank_booking (
       bank_file_id, id, account, position, status, organization_id, currency, amount, amount_text, direction, value_on,
       reference, debtor_iban, debtor_name, text, reason, detail, identity_key, identity,
       code, is_reversal
     )
     select ?, * from unnest(
       ?::uuid[], ?::text[], ?::integer[], ?::text[], ?::uuid[], ?::text[], ?::bigint[], ?::text[], ?::text[],
       ?::date[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::uuid[], ?::jsonb[],
       ?::text[], ?::boolean[]
     )`,
    [
      toUuid(fileId),
      columnOf(({ id }) => toUuid(id)),
      columnOf(({ account }) => account),
      sqlArray(bookings.map((_, index) => firstPosition + index)),
      columnOf(({ status }) => status),
      columnOf(({ organizationId }) => uuidOrNull(organizationId)),
      columnOf(({ amount }) => amount?.currency),
      columnOf(({ amount }) => amount?.amount),
      columnOf(({ amountText }) => amountText),
      columnOf(({ direction }) => direction),
      columnOf(({ valueDate }) => valueDate),
      columnOf(({ reference }) => reference),
      columnOf(({ debtorIban }) => debtorIban),
      columnOf(({ debtorName }) => debtorName),
      columnOf(({ text }) => text),
      columnOf(({ reason }) => reason),
      columnOf(({ detail }) => detail),
      columnOf(({ identity }) => identity?.key),
      columnOf(
        ({ identity }) => identity && JSON.stringify({ references: identity.references, content: identity.content }),
      ),
      columnOf(({ code }) => code),
      columnOf(({ isReversal }) => String(isReversal)),
    ],
  );
  rememberPayers(em, bookings);
}

/** Remembers for which organization an IBAN paid. */
function rememberPayers(em: EntityManager, bookings: readonly RecordedBooking[]): void {
  const payers = bookings.flatMap(({ status, debtorIban, organizationId }) =>
    debtorIban && organizationId && (status === 'paid' || status === 'prepaid')
      ? [{ iban: debtorIban, organization: toUuid(organizationId) }]
      : [],
  );
  if (payers.length === 0) return;
  sendAhead(
    em,
    `insert into payer_account (iban, organization_id)
     select distinct iban, organization from unnest(?::text[], ?::uuid[]) as payer (iban, organization)
     on conflict do nothing`,
    [sqlArray(payers.map(({ iban }) => iban)), sqlArray(payers.map(({ organization }) => organization))],
  );
}
