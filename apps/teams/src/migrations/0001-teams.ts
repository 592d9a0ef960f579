import { protectTenantTables } from '@cordee/outbox/tenant-tables';
import { migration } from '@cordee/service/database/migration';

/** Teams, memberships and grants. What has ended is kept: it explains who could do what, and when. */
export const teams0001 = migration('0001_teams', `
create table team (
  organization_id uuid not null,
  id uuid not null,
  name text not null,
  -- The name without case and accents: two teams of an organization never share it.
  name_fold text not null,
  colour text not null,
  parent_id uuid,
  lead_account_id uuid,
  version integer not null default 1,
  created_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, parent_id) references team (organization_id, id)
);
create unique index team_name on team (organization_id, name_fold) where deleted_at is null;
create index team_lead on team (organization_id, lead_account_id) where deleted_at is null and lead_account_id is not null;

create table team_membership (
  organization_id uuid not null,
  team_id uuid not null,
  account_id uuid not null,
  position bigint generated always as identity,
  started_at timestamptz(3) not null,
  -- When it is to end by itself.
  ends_at timestamptz(3),
  -- When it did end.
  ended_at timestamptz(3),
  primary key (organization_id, team_id, account_id, position),
  foreign key (organization_id, team_id) references team (organization_id, id)
);
create unique index team_membership_standing on team_membership (organization_id, team_id, account_id) where ended_at is null;
create index team_membership_account on team_membership (organization_id, account_id) where ended_at is null;
create index team_membership_due on team_membership (ends_at) where ended_at is null and ends_at is not null;

create table access_grant (
  organization_id uuid not null,
  id uuid not null,
  holder_kind text not null check (holder_kind in ('account', 'team', 'organization')),
  holder_account_id uuid check ((holder_account_id is not null) = (holder_kind = 'account')),
  holder_team_id uuid check ((holder_team_id is not null) = (holder_kind = 'team')),
  object_kind text not null check (object_kind in ('product', 'product_type', 'resource')),
  product_type text check ((product_type is not null) = (object_kind = 'product_type')),
  product_id uuid check ((product_id is not null) = (object_kind in ('product', 'resource'))),
  resource_id uuid check ((resource_id is not null) = (object_kind = 'resource')),
  access_right text not null,
  given_by text not null,
  given_at timestamptz(3) not null,
  ends_at timestamptz(3),
  ended_by text,
  ended_at timestamptz(3),
  reason text,
  primary key (organization_id, id),
  foreign key (organization_id, holder_team_id) references team (organization_id, id)
);
-- What is given already is not given again.
create unique index access_grant_standing on access_grant
  (organization_id, holder_kind, holder_account_id, holder_team_id, object_kind, product_type, product_id, resource_id, access_right) nulls not distinct where ended_at is null;
create index access_grant_account on access_grant (organization_id, holder_account_id) where ended_at is null and holder_account_id is not null;
create index access_grant_team on access_grant (organization_id, holder_team_id) where ended_at is null and holder_team_id is not null;
create index access_grant_due on access_grant (ends_at) where ended_at is null and ends_at is not null;
${protectTenantTables('teams', [
  { name: 'team', may: ['insert', 'update'] },
  { name: 'team_membership', may: ['insert', 'update'] },
  { name: 'access_grant', may: ['insert', 'update'] },
])}
`);
