import { databaseRoles } from '@cordee/service/database/platform-tables';
import { createIndexConcurrently, migrationInSteps } from '@cordee/service/database/migration';

const { staff } = databaseRoles('billing');

/** A period whose charge was credited in full is charged again. The released charge stays. */
export const billing0027 = migrationInSteps('0027_released_charges', [
  // When credit notes had credited the charge in full.
  `alter table charge add column if not exists released_at timestamptz(3)`,
  ...createIndexConcurrently('charge_period', 'charge (product_id, period_start) where released_at is null', {
    isUnique: true,
  }),
  ...createIndexConcurrently('charge_invoice', 'charge (organization_id, invoice_id)'),
  ...createIndexConcurrently('charge_new_pkey', 'charge (organization_id, product_id, period_start, id)', {
    isUnique: true,
  }),
  // The new primary key takes the index and its name.
  `alter table charge
     drop constraint if exists charge_product_id_period_start_key,
     drop constraint charge_pkey,
     add constraint charge_pkey primary key using index charge_new_pkey`,
  `grant update (released_at, status, invoice_id, total, due_on) on charge to ${staff}`,
]);
