import { openTables, protectTenantTables } from '@cordee/service/database/tenant-tables';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime } = databaseRoles('identity');

export const identity0001 = migration(
  '0001_identity',
  `
create table account (
  id uuid primary key,
  email text not null,
  email_key text not null unique,
  name text not null,
  locale text not null,
  password_hash text not null,
  is_staff boolean not null default false,
  created_at timestamptz(3) not null
);
create table sign_up (
  id uuid primary key,
  email text not null,
  name text not null,
  locale text not null,
  country text not null,
  currency text not null,
  password_hash text not null,
  account_id uuid,
  organization_id uuid,
  created_at timestamptz(3) not null
);
create index sign_up_age on sign_up (created_at);
create table session (
  id uuid primary key,
  account_id uuid not null references account (id),
  generation integer not null,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3) not null,
  ended_at timestamptz(3),
  end_cause text
);
create index session_account on session (account_id) where ended_at is null;
create index session_ended on session (ended_at) where ended_at is not null;
create table clock (id integer primary key check (id = 1), offset_ms bigint not null);
insert into clock values (1, 0);

create table organization (
  organization_id uuid primary key,
  name text not null,
  legal_form text not null,
  country text not null,
  locale text not null,
  time_zone text not null,
  currency text not null,
  created_at timestamptz(3) not null
);
create table member (
  organization_id uuid not null references organization (organization_id),
  id uuid not null,
  account_id uuid not null references account (id),
  role text not null check (role in ('legal_representative', 'administrator', 'collaborator', 'external')),
  offered_role text,
  offered_by uuid,
  flags text[] not null,
  is_blocked boolean not null,
  version integer not null default 1,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  unique (organization_id, account_id)
);
create index member_account on member (account_id);
-- How people stood when: what access was at an instant in the past is worked out from it.
create table member_status_history (
  organization_id uuid not null,
  member_id uuid not null,
  position bigint generated always as identity,
  account_id uuid not null,
  role text not null,
  flags text[] not null,
  is_blocked boolean not null,
  since timestamptz(3) not null,
  until timestamptz(3),
  primary key (organization_id, member_id, position)
);
create unique index member_status_history_now on member_status_history (organization_id, member_id) where until is null;
create table invitation (
  organization_id uuid not null references organization (organization_id),
  id uuid not null,
  email text not null,
  email_key text not null,
  role text not null,
  flags text[] not null,
  team_ids text[] not null,
  locale text not null,
  status text not null,
  generation integer not null,
  invited_by uuid not null,
  accepted_by uuid,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id)
);
create unique index invitation_open on invitation (organization_id, email_key) where status = 'open';
${protectTenantTables('identity', [{ name: 'organization' }, { name: 'member', ownColumn: 'account_id' }, { name: 'member_status_history', may: ['insert', 'update'] }, { name: 'invitation' }])}
-- A person sees the organizations they belong to, to choose between them.
create policy of_member on organization for select to ${runtime} using (
  exists (select from member where member.organization_id = organization.organization_id and member.account_id = nullif(current_setting('cordee.account_id', true), '')::uuid)
);
${openTables('identity', { account: ['select', 'insert', 'update'], sign_up: ['select', 'insert', 'update', 'delete'], session: ['select', 'insert', 'update', 'delete'], clock: ['select', 'update'] })}
`,
);
