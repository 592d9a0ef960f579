import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { migration } from '@cordee/service/database/migration';

/**
 * Ended rows are retained, so that past access can be explained. Intervals are half-open, and a planned end counts as
 * an end.
 */
export const teams0001 = migration(
  '0001_teams',
  `
create table team (
  organization_id uuid not null,
  id uuid not null,
  name text not null,
  -- The name without case and accents, unique among the teams of an organization.
  name_fold text not null,
  colour text not null,
  parent_id uuid,
  -- The planned end of the parent period.
  parent_ends_at timestamptz(3) check (parent_ends_at is null or parent_id is not null),
  -- Grants of the team do not apply to externals.
  is_members_only boolean not null,
  lead_account_id uuid,
  -- The membership period of the lead.
  lead_member_id uuid check ((lead_member_id is null) = (lead_account_id is null)),
  version integer not null default 1,
  created_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, parent_id) references team (organization_id, id)
);
create unique index team_name on team (organization_id, name_fold) where deleted_at is null;
create index team_lead on team (organization_id, lead_member_id) where deleted_at is null
  and lead_member_id is not null;

-- The parents, names and members-only settings of each team over time. A team that is not deleted has one current row.
-- Only the functions of team-parent-history.ts write this table.
create table team_parent_history (
  organization_id uuid not null,
  team_id uuid not null,
  position bigint generated always as identity,
  name text not null,
  parent_id uuid,
  parent_ends_at timestamptz(3),
  is_members_only boolean not null,
  since timestamptz(3) not null,
  until timestamptz(3),
  primary key (organization_id, team_id, position),
  foreign key (organization_id, team_id) references team (organization_id, id)
);
create unique index team_parent_history_current on team_parent_history (organization_id, team_id) where until is null;
create index team_parent_history_due on team_parent_history (parent_ends_at) where until is null
  and parent_ends_at is not null;

-- The permissions of team leads in an organization. Without a row, leads have no permissions.
create table team_policy (
  organization_id uuid primary key,
  may_lead_manage_members boolean not null,
  version integer not null default 1
);

create table team_membership (
  organization_id uuid not null,
  team_id uuid not null,
  account_id uuid not null,
  -- The membership period in which the row applies.
  member_id uuid not null,
  position bigint generated always as identity,
  -- The start of the team membership.
  joined_at timestamptz(3) not null,
  -- The start of this row. A change of the planned end inserts a new row.
  started_at timestamptz(3) not null,
  -- The planned end.
  ends_at timestamptz(3),
  -- The recorded end.
  ended_at timestamptz(3),
  primary key (organization_id, team_id, account_id, position),
  foreign key (organization_id, team_id) references team (organization_id, id)
);
create unique index team_membership_active on team_membership (organization_id, team_id, member_id)
  where ended_at is null;
create unique index team_membership_position on team_membership (organization_id, position);
create index team_membership_member on team_membership (organization_id, member_id) where ended_at is null;
create index team_membership_due on team_membership (ends_at) where ended_at is null and ends_at is not null;

create table access_grant (
  organization_id uuid not null,
  id uuid not null,
  holder_kind text not null check (holder_kind in ('account', 'team', 'organization')),
  holder_account_id uuid check ((holder_account_id is not null) = (holder_kind = 'account')),
  -- The membership period in which the grant applies.
  holder_member_id uuid check ((holder_member_id is not null) = (holder_kind = 'account')),
  holder_team_id uuid check ((holder_team_id is not null) = (holder_kind = 'team')),
  object_kind text not null check (object_kind in ('product', 'product_type', 'resource')),
  product_type text check ((product_type is not null) = (object_kind = 'product_type')),
  product_id uuid check ((product_id is not null) = (object_kind in ('product', 'resource'))),
  resource_id uuid check ((resource_id is not null) = (object_kind = 'resource')),
  -- The ownership period in which the grant applies.
  ownership_number integer check ((ownership_number is not null) = (product_id is not null)),
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
-- At most one active grant has this holder, object and right.
create unique index access_grant_active on access_grant
  (organization_id, holder_kind, holder_member_id, holder_team_id, object_kind, product_type, product_id, resource_id,
    ownership_number, access_right) nulls not distinct where ended_at is null;
create index access_grant_member on access_grant (organization_id, holder_member_id) where ended_at is null
  and holder_member_id is not null;
create index access_grant_team on access_grant (organization_id, holder_team_id) where ended_at is null
  and holder_team_id is not null;
create index access_grant_product on access_grant (organization_id, product_id, resource_id) where ended_at is null
  and product_id is not null;
create index access_grant_due on access_grant (ends_at) where ended_at is null and ends_at is not null;

-- An override on a resource, for one holder. It narrows the rights that a person inherits through this holder, on the
-- resource and inside it, to the rights that access_right gives. Null removes all inherited rights.
create table restriction (
  organization_id uuid not null,
  position bigint generated always as identity,
  holder_kind text not null check (holder_kind in ('account', 'team', 'organization')),
  holder_account_id uuid check ((holder_account_id is not null) = (holder_kind = 'account')),
  holder_member_id uuid check ((holder_member_id is not null) = (holder_kind = 'account')),
  holder_team_id uuid check ((holder_team_id is not null) = (holder_kind = 'team')),
  product_id uuid not null,
  resource_id uuid not null,
  ownership_number integer not null,
  access_right text,
  started_at timestamptz(3) not null,
  -- The planned end.
  ends_at timestamptz(3),
  -- The recorded end.
  ended_at timestamptz(3),
  set_by text not null,
  reason text,
  lifted_by text,
  primary key (organization_id, position),
  foreign key (organization_id, holder_team_id) references team (organization_id, id)
);
create unique index restriction_active on restriction (organization_id, resource_id, ownership_number, holder_kind,
  holder_member_id, holder_team_id) nulls not distinct where ended_at is null;
create index restriction_due on restriction (ends_at) where ended_at is null and ends_at is not null;

-- The rights that the organization has set for owners of new resources. Null means the default of the catalogue.
create table default_right (
  organization_id uuid not null,
  product_id uuid not null,
  ownership_number integer not null,
  resource_kind text not null,
  access_rights text[],
  version integer not null default 1,
  primary key (organization_id, product_id, ownership_number, resource_kind)
);
${protectTenantTables('teams', [
  { name: 'team', may: ['insert', 'update'] },
  { name: 'team_parent_history', may: ['insert', 'update'] },
  { name: 'team_policy', may: ['insert', 'update'] },
  { name: 'team_membership', may: ['insert', 'update'] },
  { name: 'access_grant', may: ['insert', 'update'] },
  { name: 'restriction', may: ['insert', 'update'] },
  { name: 'default_right', may: ['insert', 'update'] },
])}
`,
);
