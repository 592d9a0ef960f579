import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

export const renewals0001 = migration(
  '0001_renewals',
  `
create table renewal (
  organization_id uuid not null,
  product_id uuid not null,
  type text not null,
  name text not null,
  interval text not null check (interval in ('monthly', 'yearly')),
  currency text not null,
  anchor date not null,
  period_start date not null,
  period_end date not null,
  is_automatic boolean not null,
  automatic_since date,
  is_warranted boolean not null,
  last_attempt_on date,
  -- The day of the next attempt or of the expiry; null when the product has expired.
  next_step_on date,
  -- The time of the next retry of a failed step; null when the last run of the step did not fail.
  next_retry_at timestamptz(3),
  failures integer not null default 0,
  version integer not null default 1,
  created_at timestamptz(3) not null,
  primary key (organization_id, product_id)
);
create index renewal_due on renewal (next_step_on) where next_step_on is not null;
create index renewal_end on renewal (organization_id, period_end);
create table period (
  organization_id uuid not null,
  product_id uuid not null,
  period_start date not null,
  period_end date not null,
  origin text not null check (origin in ('ordered', 'automatic', 'warranty', 'manual')),
  invoice_id uuid,
  created_at timestamptz(3) not null,
  -- With this key, concurrent runs and repeated runs record a period only once (REN-3).
  primary key (organization_id, product_id, period_start)
);
-- A period of a product is recorded only once, even after a transfer to another organization (REN-3).
create unique index period_once on period (product_id, period_start);
-- Paid invoices. A period on credit is a debt unless this table contains its invoice.
create table paid_invoice (
  organization_id uuid not null,
  invoice_id uuid not null,
  primary key (organization_id, invoice_id)
);
create table charge (
  organization_id uuid not null,
  id uuid not null,
  product_id uuid not null,
  period_start date not null,
  -- The planned day of the attempt. A late attempt keeps this day.
  attempt_on date not null,
  method text not null check (method in ('prepaid', 'on_credit')),
  status text not null check (status in ('pending', 'paid', 'issued', 'declined')),
  decline_reason text,
  created_at timestamptz(3) not null,
  -- The time of the request to billing; null after billing has answered. Without an answer, the period may be paid.
  requested_at timestamptz(3),
  primary key (organization_id, id),
  -- A retry finds the charge of the same day and method (REN-2).
  unique (organization_id, product_id, period_start, attempt_on, method)
);
-- The terms of each detached renewal, one row per transfer (PROD-5). A repeated detach command returns these terms.
create table detached_renewal (
  organization_id uuid not null,
  transfer_id uuid not null,
  product_id uuid not null,
  terms jsonb not null,
  detached_at timestamptz(3) not null,
  primary key (organization_id, transfer_id)
);
${protectTenantTables('renewals', [
  { name: 'renewal' },
  { name: 'period' },
  { name: 'paid_invoice' },
  { name: 'charge' },
  { name: 'detached_renewal', may: ['insert'] },
])}
`,
);
