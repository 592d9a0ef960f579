import { createIndexConcurrently, migrationInSteps } from '@cordee/service/database/migration';

/** An import looks for the entries of the other report, and a reversal for the decision of staff about a payment. */
export const billing0030 = migrationInSteps('0030_references_of_own_movements', [
  ...createIndexConcurrently(
    'bank_booking_own_reference',
    `bank_booking ((identity #>> '{references,entry}')) where status in ('own_movement', 'ignored')`,
  ),
  ...createIndexConcurrently('clearing_entry_notified_reference', `clearing_entry (reference) where report = '054'`),
  ...createIndexConcurrently(
    'outgoing_payment_movement_reference',
    'outgoing_payment_movement (reference) where reference is not null',
  ),
  // Bookings in suspense do not say whose ledger has their reversal.
  ...createIndexConcurrently('ledger_booking_reversal', 'ledger_booking (reverses) where reverses is not null'),
  ...createIndexConcurrently(
    'suspense_resolution_ledger_booking',
    'suspense_resolution (ledger_booking_id) where ledger_booking_id is not null',
  ),
]);
