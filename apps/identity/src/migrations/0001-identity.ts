import {
  CONTEXT_ACCOUNT,
  CONTEXT_ORGANIZATION,
  forceRowSecurity,
  openTables,
  protectAccountTables,
  protectTenantTables,
} from '@cordee/service/database/tenant-tables';
import { attemptCountTable } from '@cordee/service/attempt-limits/attempt-counts';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { migration } from '@cordee/service/database/migration';

const { runtime } = databaseRoles('identity');
const isOwnOrganization = `exists (
  select from member
  where member.organization_id = organization.organization_id and member.account_id = ${CONTEXT_ACCOUNT}
)`;
const isOwnInvitation = `(
  invitation.status = 'open'
  and invitation.email_key = (select account.email_key from account where account.id = ${CONTEXT_ACCOUNT})
)`;

/** Accounts and their credentials, organizations with their members, and the accesses of the support. */
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
  password_generation integer not null default 1,
  -- At least 15 characters: such a password does not need a second factor.
  has_long_password boolean not null default true,
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
  signed_in_at timestamptz(3) not null,
  last_used_at timestamptz(3) not null,
  ended_at timestamptz(3),
  end_cause text
);
create index session_account on session (account_id) where ended_at is null;
create index session_ended on session (ended_at) where ended_at is not null;
create table second_factor (
  account_id uuid primary key references account (id),
  sealed_secret bytea not null,
  started_at timestamptz(3) not null,
  confirmed_at timestamptz(3),
  last_step integer,
  recovery_codes text[] not null,
  wrong_codes integer not null,
  last_wrong_at timestamptz(3)
);
-- The newest link to choose a new password, by mail address. The address may have no account.
create table password_reset (
  email_key text primary key,
  id uuid not null unique,
  created_at timestamptz(3) not null
);
create index password_reset_age on password_reset (created_at);
${attemptCountTable}
-- The rejected passwords within an hour, by which the owner of an account is told about guesses.
create table guess_burst (
  -- A keyed hash of the mail address. It may have no account.
  account_key text primary key,
  started_at timestamptz(3) not null,
  count integer not null,
  told_at timestamptz(3)
);
create index guess_burst_age on guess_burst (started_at);
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
  is_second_factor_required boolean not null default false,
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
-- The history of role, flags and status answers what access was at a past instant.
create table member_status_history (
  organization_id uuid not null,
  member_id uuid not null,
  position bigint generated always as identity,
  account_id uuid not null,
  role text not null,
  flags text[] not null,
  is_blocked boolean not null,
  -- The organization requires a second factor, and the person has none.
  lacks_second_factor boolean not null default false,
  since timestamptz(3) not null,
  until timestamptz(3),
  primary key (organization_id, member_id, position)
);
create unique index member_status_history_current on member_status_history (organization_id, member_id)
  where until is null;
create index member_status_history_account on member_status_history (account_id) where until is null;
create table invitation (
  organization_id uuid not null references organization (organization_id),
  id uuid not null,
  email text not null,
  email_key text not null,
  role text not null,
  flags text[] not null,
  team_ids text[] not null,
  is_bound_to_address boolean not null,
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
create index invitation_of_address on invitation (email_key) where status = 'open';

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

create table support_access (
  organization_id uuid not null references organization (organization_id),
  id uuid not null,
  level text not null check (level in ('read', 'write')),
  with_content boolean not null,
  -- The covered products, each with its ownership period and its name at the grant; null is the whole organization.
  products jsonb,
  reason text not null,
  ticket text,
  given_by uuid not null references account (id),
  -- The granting member, when they do not manage the organization: the access is then limited to their own rights.
  granted_by_member_id uuid not null,
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
-- The history of support entries answers what access was at a past instant.
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
create unique index support_entry_current on support_entry (organization_id, support_access_id, account_id)
  where left_at is null;
-- The audit log of the staff's requests, reads included. No role of the service changes or deletes a row.
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
  foreign key (organization_id, support_access_id, entry_position)
    references support_entry (organization_id, support_access_id, position)
);
create index support_action_of_entry on support_action (organization_id, support_access_id, entry_position);
${protectTenantTables('identity', [
  { name: 'organization' },
  { name: 'member', accountColumn: 'account_id' },
  { name: 'member_status_history', may: ['insert', 'update'] },
  { name: 'invitation' },
  { name: 'support_access', may: ['insert', 'update'] },
  { name: 'support_entry', may: ['insert', 'update'] },
  { name: 'support_action', may: ['insert'] },
])}
-- A person reads all their organizations, to choose one.
create policy of_member on organization for select to ${runtime} using (${isOwnOrganization});
-- A person reads the open invitations for their mail address, with the organizations and inviters.
create policy of_invited on invitation for select to ${runtime} using (${isOwnInvitation});
create policy of_invited on organization for select to ${runtime} using (exists (
  select from invitation where invitation.organization_id = organization.organization_id and ${isOwnInvitation}
));
-- A person locks the rows of all their organizations, to serialize with changes of them, but does not write them.
create policy of_member_lock on organization for update to ${runtime}
  using (${isOwnOrganization}) with check (false);
${protectAccountTables('identity', [
  { name: 'session' },
  { name: 'second_factor' },
  { name: 'api_token', may: ['insert', 'update'] },
])}
-- The status of a member depends on the second factor.
create policy of_members on second_factor for select to ${runtime} using (exists (
  select from member
  where member.organization_id = ${CONTEXT_ORGANIZATION} and member.account_id = second_factor.account_id
));
-- The removal of a member ends their tokens for the organization.
create policy of_organization on api_token for select to ${runtime} using (organization_id = ${CONTEXT_ORGANIZATION});
create policy of_organization_end on api_token for update to ${runtime}
  using (organization_id = ${CONTEXT_ORGANIZATION}) with check (organization_id = ${CONTEXT_ORGANIZATION});
-- Accounts are found by mail address before the sign-in, and their names are shown to people of other organizations and
-- to staff. Each transaction may read and lock them, and changes the account in its tenant context.
${forceRowSecurity('identity', 'account', ['insert', 'update'])}
create policy readable on account for select to ${runtime} using (true);
create policy new_account on account for insert to ${runtime} with check (true);
create policy own_account on account for update to ${runtime} using (true) with check (id = ${CONTEXT_ACCOUNT});
${openTables('identity', {
  sign_up: {
    may: ['select', 'insert', 'update', 'delete'],
    reason: 'belongs to a mail address before it has an account; found by the id in a signed link',
  },
  password_reset: {
    may: ['select', 'insert', 'update', 'delete'],
    reason: 'belongs to a mail address, which may have no account; found by the id in a signed link',
  },
  attempt_count: {
    may: ['select', 'insert', 'update', 'delete'],
    reason: 'counts attempts of callers who are not signed in, by keyed hashes',
  },
  guess_burst: {
    may: ['select', 'insert', 'update', 'delete'],
    reason: 'counts attempts of callers who are not signed in, by keyed hashes',
  },
  clock: { may: ['select', 'update'], reason: 'contains the time of the test mode' },
})}
`,
);
