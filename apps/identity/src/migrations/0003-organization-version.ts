import { migration } from '@cordee/service/database/migration';

/** The version of an organization, for the header `If-Match`. */
export const identity0003 = migration(
  '0003_organization_version',
  `
alter table organization add column version integer not null default 1;
`,
);
