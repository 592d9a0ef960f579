import { databaseRoles } from '@cordee/service/database/platform-tables';
import { migration } from '@cordee/service/database/migration';

const { staff } = databaseRoles('billing');

/** A period whose charge was credited in full is charged again. The released charge stays. */
export const billing0027 = migration(
  '0027_released_charges',
  `
alter table charge
  -- When credit notes had credited the charge in full.
  add column released_at timestamptz(3),
  drop constraint charge_pkey,
  drop constraint charge_product_id_period_start_key,
  add primary key (organization_id, product_id, period_start, id);
create unique index charge_period on charge (product_id, period_start) where released_at is null;
create index charge_invoice on charge (organization_id, invoice_id);
grant update (released_at, status, invoice_id, total, due_on) on charge to ${staff};
`,
);
