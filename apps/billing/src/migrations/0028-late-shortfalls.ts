import { databaseRoles } from '@cordee/service/database/platform-tables';
import { migration } from '@cordee/service/database/migration';

const { sweep } = databaseRoles('billing');

/**
 * Records whether bank files show fees: a late payment of a pro forma has the tolerance of a payment in time, which is
 * higher with fees.
 */
export const billing0028 = migration(
  '0028_late_shortfalls',
  `
-- True when the file shows charges, or that the payer ordered another amount.
alter table bank_booking add column shows_fees boolean not null default false;
grant select (id, shows_fees) on bank_booking to ${sweep};
`,
);
