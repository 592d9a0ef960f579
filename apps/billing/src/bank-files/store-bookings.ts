import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { sqlArray, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RecordedBooking } from './recorded-booking.ts';

/** The maximum number of rows per SQL statement. */
const CHUNK_SIZE = 1_000;

/** Inserts bookings with their identities, so that the next import recognizes repeated bookings. */
export function storeBookings(em: EntityManager, fileId: `bkf_${string}`, bookings: readonly RecordedBooking[]): void {
  for (let start = 0; start < bookings.length; start += CHUNK_SIZE)
    storeChunk(em, fileId, bookings.slice(start, start + CHUNK_SIZE));
}

function storeChunk(em: EntityManager, fileId: `bkf_${string}`, bookings: readonly RecordedBooking[]): void {
  const columnOf = (valueOf: (booking: RecordedBooking) => string | number | null | undefined): string =>
    sqlArray(bookings.map(valueOf));
  sendAhead(
    em,
    `insert into bank_booking (
       bank_file_id, id, account, position, status, organization_id, currency, amount, amount_text, direction, value_on,
       reference, debtor_iban, debtor_name, text, reason, detail, identity_key, identity,
       code, is_reversal, shows_fees
     )
     select ?, * from unnest(
       ?::uuid[], ?::text[], ?::integer[], ?::text[], ?::uuid[], ?::text[], ?::bigint[], ?::text[], ?::text[],
       ?::date[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::uuid[], ?::jsonb[],
       ?::text[], ?::boolean[], ?::boolean[]
     )`,
    [
      toUuid(fileId),
      columnOf(({ id }) => toUuid(id)),
      columnOf(({ account }) => account),
      columnOf(({ position }) => position),
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
        ({ identity }) =>
          identity &&
          JSON.stringify({ references: identity.references, content: identity.content, payment: identity.payment }),
      ),
      columnOf(({ code }) => code),
      columnOf(({ isReversal }) => String(isReversal)),
      columnOf((booking) => String(booking.showsFees)),
    ],
  );
}

/**
 * Remembers for which organizations the payers of a file paid. The payer of a returned payment is the seller: its
 * reason is `reversed`.
 */
export function rememberPayers(em: EntityManager, fileId: `bkf_${string}`): void {
  sendAhead(
    em,
    `insert into payer_account (iban, organization_id)
     select distinct debtor_iban, organization_id from bank_booking
     where bank_file_id = ? and status in ('paid', 'prepaid') and reason is distinct from 'reversed'
       and debtor_iban is not null and organization_id is not null
     on conflict do nothing`,
    [toUuid(fileId)],
  );
  // The first two letters of an IBAN are the country of the bank.
  sendAhead(
    em,
    `insert into place_evidence (organization_id, kind, country)
     select distinct organization_id, 'bank_account', left(debtor_iban, 2) from bank_booking
     where bank_file_id = ? and status in ('paid', 'prepaid') and reason is distinct from 'reversed'
       and debtor_iban is not null and organization_id is not null
     on conflict do nothing`,
    [toUuid(fileId)],
  );
}
