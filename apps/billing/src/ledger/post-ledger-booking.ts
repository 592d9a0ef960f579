import type { PrepaidReason } from '@cordee/contracts/billing/prepaid';
import { toUuid } from '@cordee/contracts/id';
import { NO_ORGANIZATION } from '@cordee/service/database/tenant-context';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { LedgerEntry } from './ledger-entry.ts';

/** The kinds of the check constraint of the table. */
export type LedgerBookingKind =
  | 'incoming_payment'
  | 'invoice'
  | 'prepaid_payment'
  | 'reversal'
  | 'credit_note'
  | 'refund'
  | 'write_off'
  | 'pay_out'
  | 'outgoing_payment'
  | 'card_payment'
  | 'chargeback'
  | 'suspense'
  | 'bank_movement'
  | 'clearing';

export interface LedgerBooking {
  /** Undefined for money in suspense. */
  readonly organizationId: `org_${string}` | undefined;
  readonly id: `bkg_${string}`;
  readonly kind: LedgerBookingKind;
  /** The reason why the booking changes the prepaid balance. */
  readonly reason?: z.output<typeof PrepaidReason>;
  /** The paid or referenced document. */
  readonly documentId?: string;
  /** The booking that this booking reverses. A booking is reversed at most once. */
  readonly reverses?: `bkg_${string}`;
  /** The comment of the staff on the booking. */
  readonly note?: string;
  readonly valuedOn: string;
  readonly currency: string;
  readonly entries: readonly LedgerEntry[];
}

/** The maximum number of bookings per statement. */
const CHUNK_SIZE = 1_000;

/** Like `postLedgerBookings`, for one booking. */
export const postLedgerBooking = (em: EntityManager, now: Date, booking: LedgerBooking): void =>
  postLedgerBookings(em, now, [booking]);

/**
 * Inserts bookings with their entries, without waiting for the reply. Entries with the amount 0 (no surplus, no bank
 * fees) are not stored. The database refuses entries that do not sum to zero.
 */
export function postLedgerBookings(em: EntityManager, now: Date, bookings: readonly LedgerBooking[]): void {
  for (let start = 0; start < bookings.length; start += CHUNK_SIZE)
    postChunk(em, now, bookings.slice(start, start + CHUNK_SIZE));
}

function postChunk(em: EntityManager, now: Date, bookings: readonly LedgerBooking[]): void {
  const bookingsWithKeys = bookings.map((booking) => ({
    booking,
    key: {
      organization: booking.organizationId ? toUuid(booking.organizationId) : NO_ORGANIZATION,
      id: toUuid(booking.id),
    },
  }));
  sendAhead(
    em,
    `with inserted_booking as (
       insert into ledger_booking (organization_id, id, kind, reason, document_id, reverses, note, valued_on, booked_at)
       select organization, id, kind, reason, "documentId", reverses, note, "valuedOn", ?
       from jsonb_to_recordset(?::jsonb) as booking (
         organization uuid, id uuid, kind text, reason text, "documentId" text, reverses uuid, note text,
         "valuedOn" date
       )
     )
     insert into ledger_entry (organization_id, booking_id, position, account, currency, amount, document_id)
     select organization, id, position, account, currency, amount, "documentId"
     from jsonb_to_recordset(?::jsonb) as entry (
       organization uuid, id uuid, position integer, account text, currency text, amount bigint, "documentId" text
     )`,
    [
      now,
      JSON.stringify(
        bookingsWithKeys.map(({ key, booking: { kind, reason, documentId, reverses, note, valuedOn } }) => ({
          ...key,
          kind,
          reason,
          documentId,
          reverses: uuidOrNull(reverses),
          note,
          valuedOn,
        })),
      ),
      JSON.stringify(
        bookingsWithKeys.flatMap(({ key, booking: { currency, entries } }) =>
          entries
            .filter(({ amount }) => amount !== 0)
            .map((entry, index) => ({ ...key, position: index + 1, currency, ...entry })),
        ),
      ),
    ],
  );
}
