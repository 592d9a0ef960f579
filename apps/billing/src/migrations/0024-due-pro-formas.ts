import { migration } from '@cordee/service/database/migration';

/** Suggestions look for the amount of a pro forma that is still to be paid: without reserved prepaid money. */
export const billing0024 = migration(
  '0024_due_pro_formas',
  `
create index pro_forma_due_amount on pro_forma (currency, (total - reserved_amount)) where status = 'issued';
drop index pro_forma_open_amount;
`,
);
