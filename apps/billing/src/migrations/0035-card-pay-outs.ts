import { createIndexConcurrently, migrationInSteps } from '@cordee/service/database/migration';

/** A refund to a card may also pay out prepaid money; then it has no document. */
export const billing0035 = migrationInSteps('0035_card_pay_outs', [
  'alter table card_refund alter column document_id drop not null',
  ...createIndexConcurrently('card_refund_payment', 'card_refund (organization_id, payment_id)'),
  ...createIndexConcurrently(
    'card_payment_succeeded',
    'card_payment (organization_id, currency) where booking_id is not null',
  ),
]);
