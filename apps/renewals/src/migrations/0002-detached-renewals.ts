import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

/** Renewals that left with their product (PROD-5), and whether billing has answered a charge. */
export const renewals0002 = migration(
  '0002_detached_renewals',
  `
-- What a product left with, by transfer: whoever asks again is answered the same.
create table detached_renewal (
  organization_id uuid not null,
  transfer_id uuid not null,
  product_id uuid not null,
  terms jsonb not null,
  detached_at timestamptz(3) not null,
  primary key (organization_id, transfer_id)
);
${protectTenantTables('renewals', [{ name: 'detached_renewal', may: ['insert'] }])}
-- When billing was asked, until it has answered: meanwhile the period may be paid already.
alter table charge add column asked_at timestamptz(3);
-- Whoever has the product by then: a period is on record once (REN-3).
create unique index period_once on period (product_id, period_start);
`,
);
