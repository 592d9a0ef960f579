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
  /** What staff wrote about the booking. */
  readonly note?: string;
  readonly valuedOn: string;
  readonly currency: string;
  readonly entries: readonly LedgerEntry[];
}

/**
 * Inserts a booking with its entries, without waiting for the reply. Entries with the amount 0 (no surplus, no bank
 * fees) are not stored. The database refuses entries that do not sum to zero.
 */
export function postLedgerBooking(em: EntityManager, now: Date, booking: LedgerBooking): void {
  const organization = booking.organizationId ? toUuid(booking.organizationId) : NO_ORGANIZATION;
  const id = toUuid(booking.id);
  sendAhead(
    em,
    `with inserted_booking as (
       insert into ledger_booking (organization_id, id, kind, reason, document_id, reverses, note, valued_on, booked_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     )
     insert into ledger_entry (organization_id, booking_id, position, account, currency, amount, document_id)
     select ?, ?, row_number() over (), entry.account, ?, entry.amount, entry."documentId"
     from jsonb_to_recordset(?::jsonb) as entry (account text, amount bigint, "documentId" text)
     where entry.amount <> 0`,
    [
      organization,
      id,
      booking.kind,
      booking.reason ?? null,
      booking.documentId ?? null,
      uuidOrNull(booking.reverses),
      booking.note ?? null,
      booking.valuedOn,
      now,
      organization,
      id,
      booking.currency,
      JSON.stringify(booking.entries),
    ],
  );
}
