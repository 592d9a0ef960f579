import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

export const renewals0002 = migration(
  '0002_detached_renewals',
  `
-- The terms of a detached renewal by transfer (PROD-5), so that a repeated command returns the same terms.
create table detached_renewal (
  organization_id uuid not null,
  transfer_id uuid not null,
  product_id uuid not null,
  terms jsonb not null,
  detached_at timestamptz(3) not null,
  primary key (organization_id, transfer_id)
);
${protectTenantTables('renewals', [{ name: 'detached_renewal', may: ['insert'] }])}
-- When the charge was sent to billing; null when billing has answered. Until then the period may already be paid.
alter table charge add column requested_at timestamptz(3);
-- A period is recorded once, also when the product changed its organization (REN-3).
create unique index period_once on period (product_id, period_start);
`,
);
