import { databaseRoles } from '@cordee/service/database/platform-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime, sweep, staff } = databaseRoles('billing');

/** The stored e-invoices of an invoice are deleted when its payment is reversed. */
export const billing0033 = migration(
  '0033_reopened_e_invoices',
  `
grant delete on e_invoice to ${runtime}, ${sweep}, ${staff};
-- The CSV of documents contains the value in CHF.
grant select on official_rate to ${runtime}, ${sweep};
`,
);
