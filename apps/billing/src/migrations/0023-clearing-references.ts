import { migration } from '@cordee/service/database/migration';

/** An import of a notification looks for entries of statements that staff has decided about. */
export const billing0023 = migration(
  '0023_clearing_references',
  `create index clearing_entry_reference on clearing_entry (reference) where report = '053';`,
);
