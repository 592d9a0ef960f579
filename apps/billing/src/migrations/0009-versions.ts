import { migration } from '@cordee/service/database/migration';

/**
 * The versions of addresses and of prepaid settings, for the header `If-Match`, and the requests of decisions about
 * suspense, so that a repeated request is recognized.
 */
export const billing0009 = migration(
  '0009_versions',
  `
alter table address add column version integer not null default 1;
alter table prepaid_account add column settings_version integer not null default 1;
alter table suspense_resolution add column request jsonb not null default '{}';
`,
);
