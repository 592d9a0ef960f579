import { migration } from '@cordee/service/database/migration';

/** Most bookings reverse nothing, and most entries belong to accounts that no query looks up: no index has them. */
export const billing0012 = migration(
  '0012_ledger_indexes',
  `
alter table ledger_booking drop constraint ledger_booking_organization_id_reverses_key;
create unique index ledger_booking_reverses on ledger_booking (organization_id, reverses) where reverses is not null;
drop index ledger_entry_account;
create index ledger_entry_account on ledger_entry (organization_id, account, currency) include (amount)
  where account in ('prepaid', 'receivable');
`,
);
