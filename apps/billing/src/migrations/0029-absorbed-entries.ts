import { createIndexConcurrently, migrationInSteps } from '@cordee/service/database/migration';

/** The entry of a notification whose money staff has moved before, when it was a total of the account statement. */
export const billing0029 = migrationInSteps('0029_absorbed_entries', [
  // The entry of the account statement about which staff has decided. An entry of a notification absorbs it once.
  `alter table clearing_entry add column if not exists absorbs uuid`,
  ...createIndexConcurrently('clearing_entry_new_absorbs_key', 'clearing_entry (absorbs)', { isUnique: true }),
  // The new constraint takes the index, which gets its name.
  `alter table clearing_entry
     drop constraint if exists clearing_entry_absorbs_key,
     add constraint clearing_entry_absorbs_key unique using index clearing_entry_new_absorbs_key`,
  // Not valid at first, because the rows are read without a lock that others wait for.
  `alter table clearing_entry
     drop constraint if exists clearing_entry_absorbs_fkey,
     add constraint clearing_entry_absorbs_fkey foreign key (absorbs) references clearing_entry (id) not valid`,
  `alter table clearing_entry validate constraint clearing_entry_absorbs_fkey`,
  ...createIndexConcurrently('clearing_entry_statement_day', `clearing_entry (value_on) where report = '053'`),
]);
