import { databaseRoles } from '@cordee/service/database/platform-tables';
import { CONTEXT_ORGANIZATION, openTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime, sweep, staff } = databaseRoles('billing');

/** Payment orders for the bank, and the accounts from which an organization paid. */
export const billing0006 = migration(
  '0006_payouts',
  `
create table payment_file (
  id uuid primary key,
  message_id text not null unique,
  file_id uuid not null,
  created_at timestamptz(3) not null
);
alter table outgoing_payment add column payment_file_id uuid references payment_file (id);
create index outgoing_payment_file on outgoing_payment (payment_file_id) where payment_file_id is not null;
create index outgoing_payment_newest on outgoing_payment (organization_id, id desc);

-- An organization sees only its own accounts of the bank bookings, which only staff may read.
create view paying_account with (security_barrier = true) as
  select organization_id, debtor_iban as iban, max(debtor_name) as name, max(value_on) as last_paid_on
  from bank_booking
  where debtor_iban is not null and organization_id = ${CONTEXT_ORGANIZATION} and status in ('paid', 'prepaid')
  group by organization_id, debtor_iban;
grant select on paying_account to ${runtime}, ${sweep}, ${staff};
create index bank_booking_organization on bank_booking (organization_id) where organization_id is not null;
${openTables('billing', {
  payment_file: { reason: 'only the staff role has rights; the payments of a file are protected' },
})}
grant select, insert on payment_file to ${staff};
-- The sweep of files keeps the files of this table.
grant select on payment_file to ${sweep};
grant update (payment_file_id) on outgoing_payment to ${staff};
`,
);
