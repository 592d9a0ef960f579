import type { PrepaidReason } from '@cordee/contracts/billing/prepaid';
import { toUuid } from '@cordee/contracts/id';
import { NO_ORGANIZATION } from '@cordee/service/database/tenant-context';
import { sendAhead } from '@cordee/service/database/orm';
import { sqlArray, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { LedgerEntry } from './ledger-entry.ts';

/** The kinds that the check constraint of the table `ledger_booking` allows. */
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
  /** The reason why the ledger booking changes the prepaid balance. */
  readonly reason?: z.output<typeof PrepaidReason>;
  /** The paid or referenced document. */
  readonly documentId?: string;
  /** The ledger booking that this ledger booking reverses. A ledger booking is reversed at most once. */
  readonly reverses?: `bkg_${string}`;
  /** The comment of staff. */
  readonly note?: string;
  readonly valuedOn: string;
  readonly currency: string;
  readonly entries: readonly LedgerEntry[];
}

/** The maximum number of ledger bookings per SQL statement. */
const CHUNK_SIZE = 1_000;

/** Like `postLedgerBookings`, for one ledger booking. */
export const postLedgerBooking = (em: EntityManager, now: Date, booking: LedgerBooking): void =>
  postLedgerBookings(em, now, [booking]);

/**
 * Inserts ledger bookings with their entries, without waiting for the reply. Entries with the amount 0 (no surplus, no
 * bank fees) are not stored. The database refuses entries that do not sum to zero.
 */
export function postLedgerBookings(em: EntityManager, now: Date, bookings: readonly LedgerBooking[]): void {
  for (let start = 0; start < bookings.length; start += CHUNK_SIZE)
    postChunk(em, now, bookings.slice(start, start + CHUNK_SIZE));
}

function postChunk(em: EntityManager, now: Date, bookings: readonly LedgerBooking[]): void {
  const organizations = bookings.map(({ organizationId }) =>
    organizationId ? toUuid(organizationId) : NO_ORGANIZATION,
  );
  const ids = bookings.map(({ id }) => toUuid(id));
  const entries = bookings.flatMap(({ currency, entries: bookingEntries }, index) =>
    bookingEntries
      .filter(({ amount }) => amount !== 0)
      .map((entry, position) => ({ ...entry, index, position: position + 1, currency })),
  );
  sendAhead(
    em,
    `with inserted_booking as (
       insert into ledger_booking (organization_id, id, kind, reason, document_id, reverses, note, valued_on, booked_at)
       select *, ? from unnest(
         ?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::uuid[], ?::text[], ?::date[]
       )
     )
     insert into ledger_entry (
       organization_id, booking_id, position, account, currency, amount, bank_account, document_id, tax_state,
       tax_scope, tax_category, tax_basis_points, tax_issued_on
     )
     select * from unnest(
       ?::uuid[], ?::uuid[], ?::integer[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[],
       ?::text[], ?::text[], ?::integer[], ?::date[]
     )`,
    [
      now,
      sqlArray(organizations),
      sqlArray(ids),
      sqlArray(bookings.map(({ kind }) => kind)),
      sqlArray(bookings.map(({ reason }) => reason)),
      sqlArray(bookings.map(({ documentId }) => documentId)),
      sqlArray(bookings.map(({ reverses }) => uuidOrNull(reverses))),
      sqlArray(bookings.map(({ note }) => note)),
      sqlArray(bookings.map(({ valuedOn }) => valuedOn)),
      sqlArray(entries.map(({ index }) => organizations[index])),
      sqlArray(entries.map(({ index }) => ids[index])),
      sqlArray(entries.map(({ position }) => position)),
      sqlArray(entries.map(({ account }) => account)),
      sqlArray(entries.map(({ currency }) => currency)),
      sqlArray(entries.map(({ amount }) => amount)),
      sqlArray(entries.map(({ bankAccount }) => bankAccount)),
      sqlArray(entries.map(({ documentId }) => documentId)),
      sqlArray(entries.map(({ tax }) => tax?.state)),
      sqlArray(entries.map(({ tax }) => tax?.scope)),
      sqlArray(entries.map(({ tax }) => tax?.category)),
      sqlArray(entries.map(({ tax }) => tax?.basisPoints)),
      sqlArray(entries.map(({ tax }) => tax?.issuedOn)),
    ],
  );
}
