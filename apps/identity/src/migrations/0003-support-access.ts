import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

export const identity0003 = migration(
  '0003_support_access',
  `
create table support_access (
  organization_id uuid not null references organization (organization_id),
  id uuid not null,
  level text not null check (level in ('read', 'write')),
  with_content boolean not null,
  -- What it covers, each in its ownership period and with the name of the moment it was given; null is the whole organization.
  products jsonb,
  reason text not null,
  ticket text,
  given_by uuid not null references account (id),
  -- Who gave it without managing the organization: it is worth what they have.
  granted_by_member_id uuid,
  given_at timestamptz(3) not null,
  ends_at timestamptz(3) not null,
  ended_at timestamptz(3),
  end_cause text check (end_cause in ('revoked', 'expired')),
  ended_by uuid,
  primary key (organization_id, id),
  check ((ended_at is null) = (end_cause is null))
);
create index support_access_live on support_access (id) where ended_at is null;
create index support_access_due on support_access (ends_at) where ended_at is null;
-- Who of the staff was in the organization under it, and when: what access was at an instant in the past is worked out from it too.
create table support_entry (
  organization_id uuid not null,
  support_access_id uuid not null,
  position bigint generated always as identity,
  account_id uuid not null references account (id),
  entered_at timestamptz(3) not null,
  left_at timestamptz(3),
  primary key (organization_id, support_access_id, position),
  foreign key (organization_id, support_access_id) references support_access (organization_id, id)
);
create unique index support_entry_now on support_entry (organization_id, support_access_id, account_id) where left_at is null;
-- What they did, reads too. It is added to and read: no role of the service changes or removes a row.
create table support_action (
  organization_id uuid not null,
  support_access_id uuid not null,
  position bigint generated always as identity,
  entry_position bigint not null,
  account_id uuid not null,
  ticket text,
  subject text not null,
  about text[] not null,
  request_id text not null,
  at timestamptz(3) not null,
  primary key (organization_id, support_access_id, position),
  foreign key (organization_id, support_access_id, entry_position) references support_entry (organization_id, support_access_id, position)
);
create index support_action_of_entry on support_action (organization_id, support_access_id, entry_position);
${protectTenantTables('identity', [
  { name: 'support_access', may: ['insert', 'update'] },
  { name: 'support_entry', may: ['insert', 'update'] },
  { name: 'support_action', may: ['insert'] },
])}
`,
);
