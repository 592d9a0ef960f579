import { migration } from '@cordee/service/database/migration';

/** The entry of a notification whose money staff has moved before, when it was a total of the account statement. */
export const billing0029 = migration(
  '0029_absorbed_entries',
  `
-- The entry of the account statement about which staff has decided. An entry of a notification absorbs it once.
alter table clearing_entry add column absorbs uuid unique references clearing_entry (id);
create index clearing_entry_statement_day on clearing_entry (value_on) where report = '053';
`,
);
