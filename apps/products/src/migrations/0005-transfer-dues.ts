import { migration } from '@cordee/service/database/migration';

/** Nobody accepts a price or a next due date that they were not shown (PROD-5). */
export const products0005 = migration(
  '0005_transfer_dues',
  `
-- Without a due date nothing was known of the renewal at the offer, or it was made before this was noted: whoever accepts is shown both, and says them.
alter table transfer
  add column offered_price_amount bigint,
  add column offered_price_currency text check ((offered_price_currency is null) = (offered_price_amount is null)),
  add column offered_due_on date;
`,
);
