import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RecordedBooking } from './recorded-booking.ts';

/** Inserts bookings with all their identities, so that the next import recognizes them as duplicates. */
export async function storeBookings(
  em: EntityManager,
  fileId: `bkf_${string}`,
  { bookings, firstPosition }: { bookings: readonly RecordedBooking[]; firstPosition: number },
): Promise<void> {
  if (bookings.length === 0) return;
  const rows = bookings.map((booking, index) => ({
    ...booking,
    // Left out of the JSON: the identities are inserted into their own table.
    identities: undefined,
    id: toUuid(booking.id),
    organizationId: booking.organizationId && toUuid(booking.organizationId),
    position: firstPosition + index,
    amount: booking.amount?.amount ?? null,
    currency: booking.amount?.currency ?? null,
  }));
  await em.execute(
    `insert into bank_booking (
       id, bank_file_id, position, status, organization_id, currency, amount, amount_text, value_on, reference,
       batch, is_batch_total, debtor_iban, debtor_name, text, reason, detail
     )
     select row.id, ?, row.position, row.status, row."organizationId", row.currency, row.amount, row."amountText",
            row."valueDate", row.reference, row.batch, row."isBatchTotal", row."debtorIban", row."debtorName",
            row.text, row.reason, row.detail
     from jsonb_to_recordset(?::jsonb) as row (
       id uuid, position integer, status text, "organizationId" uuid, currency text, amount bigint,
       "amountText" text, "valueDate" date, reference text, batch text, "isBatchTotal" boolean,
       "debtorIban" text, "debtorName" text, text text, reason text, detail text
     )`,
    [toUuid(fileId), JSON.stringify(rows)],
  );
  const identityRows = bookings.flatMap(({ id, identities }) =>
    identities.map((identity) => ({ identity, id: toUuid(id) })),
  );
  await em.execute(
    `insert into bank_booking_identity (identity, booking_id)
     select row.identity, row.id from jsonb_to_recordset(?::jsonb) as row (identity text, id uuid)`,
    [JSON.stringify(identityRows)],
  );
}
