import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidOrNull } from '@cordee/service/database/sql-values';
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
  const rows = bookings.map((booking, index) => ({
    ...booking,
    id: toUuid(booking.id),
    organizationId: uuidOrNull(booking.organizationId),
    position: firstPosition + index,
    amount: booking.amount?.amount ?? null,
    currency: booking.amount?.currency ?? null,
    identityKey: booking.identity?.key ?? null,
    identity: booking.identity && { references: booking.identity.references, content: booking.identity.content },
  }));
  sendAhead(
    em,
    `insert into bank_booking (
       id, bank_file_id, account, position, status, organization_id, currency, amount, amount_text, direction, value_on,
       reference, debtor_iban, debtor_name, text, reason, detail, identity_key, identity
     )
     select row.id, ?, row.account, row.position, row.status, row."organizationId", row.currency, row.amount,
            row."amountText", row.direction, row."valueDate", row.reference, row."debtorIban", row."debtorName",
            row.text, row.reason, row.detail, row."identityKey", row.identity
     from jsonb_to_recordset(?::jsonb) as row (
       id uuid, account text, position integer, status text, "organizationId" uuid, currency text, amount bigint,
       "amountText" text, direction text, "valueDate" date, reference text, "debtorIban" text, "debtorName" text,
       text text, reason text, detail text, "identityKey" uuid, identity jsonb
     )`,
    [toUuid(fileId), JSON.stringify(rows)],
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
     select distinct iban, organization from jsonb_to_recordset(?::jsonb) as payer (iban text, organization uuid)
     on conflict do nothing`,
    [JSON.stringify(payers)],
  );
}
