import { migration } from '@cordee/service/database/migration';

export const billing0002 = migration(
  '0002_prepaid_settings',
  `
alter table prepaid_account
  add column pays_invoices boolean not null default true,
  add column takes_part_payments boolean not null default false;
`,
);
