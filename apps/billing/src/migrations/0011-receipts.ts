import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

/** Receipts of top-ups of the prepaid account. */
export const billing0011 = migration(
  '0011_receipts',
  `
alter table number_series drop constraint number_series_kind_check;
alter table number_series add constraint number_series_kind_check
  check (kind in ('pro_forma', 'invoice', 'credit_note', 'receipt'));

create table receipt (
  organization_id uuid not null,
  booking_id uuid not null,
  number text not null unique,
  issued_on date not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  valued_on date not null,
  method text not null check (method in ('bank_transfer', 'card')),
  language text not null,
  seller jsonb not null,
  buyer jsonb not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, booking_id),
  foreign key (organization_id, booking_id) references ledger_booking (organization_id, id)
);
create index ledger_booking_top_up on ledger_booking (booked_at) where reason in ('standing_order', 'top_up');
${protectTenantTables('billing', [{ name: 'receipt', may: ['insert'] }])}
`,
);
