import { databaseRoles } from '@cordee/service/database/platform-tables';
import { openTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

const { staff } = databaseRoles('billing');

/** The accounts of the journal; the numbers are those of the Swiss chart of accounts for small businesses. */
export const billing0019 = migration(
  '0019_journal',
  `
create table journal_account (
  account text not null,
  -- Null for all currencies without a row of their own.
  currency text,
  number text not null,
  name text not null,
  unique nulls not distinct (account, currency)
);
insert into journal_account (account, number, name) values
  ('bank', '1020', 'Bank'), ('clearing', '1090', 'Clearing'), ('card', '1030', 'Card provider'),
  ('outgoing', '1091', 'Outgoing payments'), ('prepaid', '2030', 'Prepayments of customers'),
  ('reserved', '2031', 'Reserved prepayments'), ('receivable', '1100', 'Debtors'),
  ('revenue', '3400', 'Revenue of services'), ('vat', '2200', 'VAT owed'), ('bank_fees', '6900', 'Bank fees'),
  ('card_fees', '6940', 'Card fees'), ('payment_differences', '3806', 'Payment differences'),
  ('bad_debt', '3805', 'Losses on debtors'), ('interest', '6950', 'Interest income'),
  ('suspense', '2099', 'Payments to clarify'), ('own_movements', '1099', 'Own movements');
create index ledger_booking_time on ledger_booking (booked_at, organization_id, id);
${openTables('billing', { journal_account: { reason: 'only the staff role has rights' } })}
grant select, insert, update on journal_account to ${staff};
`,
);
