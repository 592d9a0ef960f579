import { migration } from '@cordee/service/database/migration';

/** What was somebody's own in a product stays theirs when they come along with it to another organization (PROD-5). */
export const products0006 = migration(
  '0006_kept_owners',
  `
-- Whose it was where the product came from, of those who come along: until they are members here, which is when it becomes theirs.
alter table resource add column kept_owner_account_id uuid;
`,
);
