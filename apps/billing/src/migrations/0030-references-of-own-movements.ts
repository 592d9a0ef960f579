import { migration } from '@cordee/service/database/migration';

/** An import looks for the entries of the other report, and a reversal for the decision of staff about a payment. */
export const billing0030 = migration(
  '0030_references_of_own_movements',
  `
create index bank_booking_own_reference on bank_booking ((identity #>> '{references,entry}'))
  where status in ('own_movement', 'ignored');
create index clearing_entry_notified_reference on clearing_entry (reference) where report = '054';
create index outgoing_payment_movement_reference on outgoing_payment_movement (reference) where reference is not null;
-- Bookings in suspense do not say whose ledger has their reversal.
create index ledger_booking_reversal on ledger_booking (reverses) where reverses is not null;
create index suspense_resolution_ledger_booking on suspense_resolution (ledger_booking_id)
  where ledger_booking_id is not null;
`,
);
