import { databaseRoles } from '@cordee/service/database/platform-tables';
import { migration } from '@cordee/service/database/migration';

const { sweep } = databaseRoles('billing');

/** A late payment of a pro forma has the tolerance of one in time, which depends on what the bank file shows. */
export const billing0028 = migration(
  '0028_late_shortfalls',
  `
-- True when the file shows charges, or that the payer ordered another amount.
alter table bank_booking add column shows_fees boolean not null default false;
grant select (id, shows_fees) on bank_booking to ${sweep};
`,
);
