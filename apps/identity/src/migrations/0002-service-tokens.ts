import { databaseRoles } from '@cordee/service/database/platform-tables';
import { forceRowSecurity } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime } = databaseRoles('identity');

/** The runtime role sees no row: only staff, and the role that verifies credentials, read service tokens. */
export const identity0002 = migration(
  '0002_service_tokens',
  `
create table service_token (
  id uuid primary key,
  prefix text not null unique,
  hash bytea not null,
  name text not null,
  scopes text[] not null,
  -- The ids of the organizations; null is all organizations.
  organization_ids jsonb,
  created_by uuid not null references account (id),
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  ended_at timestamptz(3),
  ended_by uuid references account (id),
  check ((ended_at is null) = (ended_by is null))
);
create index service_token_ended on service_token (ended_at) where ended_at is not null;

create table service_token_use (
  token_id uuid not null references service_token (id),
  position bigint generated always as identity,
  organization_id uuid not null,
  subject text not null,
  about text[] not null,
  request_id text not null,
  at timestamptz(3) not null,
  primary key (token_id, position)
);
create index service_token_use_at on service_token_use (token_id, at);
${forceRowSecurity('identity', 'service_token', ['insert', 'update'])}
${forceRowSecurity('identity', 'service_token_use', ['insert'])}
create policy no_row on service_token to ${runtime} using (false);
create policy no_row on service_token_use to ${runtime} using (false);
`,
);
