import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

/** The decisions on payments that arrived after their pro forma had expired. */
export const billing0008 = migration(
  '0008_late_payments',
  `
create table late_payment (
  organization_id uuid not null,
  booking_id uuid not null,
  outcome text not null check (outcome in (
    'converted', 'too_late', 'amount_too_low', 'not_payable', 'offer_changed', 'prepaid_spent'
  )),
  decided_at timestamptz(3) not null,
  primary key (organization_id, booking_id),
  foreign key (organization_id, booking_id) references ledger_booking (organization_id, id)
);
create index ledger_booking_late on ledger_booking (booked_at) where reason = 'reference_expired';
${protectTenantTables('billing', [{ name: 'late_payment', may: ['insert'] }])}
`,
);
