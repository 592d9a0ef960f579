import { openTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

/** API tokens (ORG-4). A token is its account's, as a session is: whoever shows one is known by it before any organization is. */
export const identity0004 = migration(
  '0004_api_tokens',
  `
create table api_token (
  id uuid primary key,
  account_id uuid not null references account (id),
  organization_id uuid not null references organization (organization_id),
  prefix text not null unique,
  hash bytea not null,
  name text not null,
  scopes text[] not null,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3),
  expires_at timestamptz(3) not null,
  ended_at timestamptz(3),
  end_cause text check (end_cause in ('revoked', 'member_removed')),
  check ((ended_at is null) = (end_cause is null))
);
create index api_token_account on api_token (account_id) where ended_at is null;
create index api_token_ended on api_token (ended_at) where ended_at is not null;
${openTables('identity', { api_token: ['select', 'insert', 'update'] })}
`,
);
