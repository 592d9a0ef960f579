/** Standing grants of a holder on an object, each an exact look-up in the index of standing grants. */
const given = (holder, object) => `exists (
  select from access_grant
  where organization_id = $1 and ${holder} and ${object} and resource_id is null and access_right = any ($5) and ended_at is null and (ends_at is null or ends_at > $6)
)`;
const holders = {
  teams: `holder_kind = 'team' and holder_member_id is null and holder_team_id = any ((select array_agg(team_id) from reach)::uuid[])`,
  person: `holder_kind = 'account' and holder_member_id = $2 and holder_team_id is null`,
  organization: `holder_kind = 'organization' and holder_member_id is null and holder_team_id is null`,
};
const objects = {
  product: `object_kind = 'product' and product_type is null and product_id = $3 and ownership period = 1`,
  type: `object_kind = 'product_type' and product_type = $4 and product_id is null and ownership period is null`,
};

/** One team that gives something to the person; `offset 0` keeps the planner at a look-up by key, for an organization's teams may be many. */
const team = (id, condition) => `cross join lateral (
    select id, parent_id, parent_ends_at from team where organization_id = $1 and id = ${id} and deleted_at is null and not (is_members_only and $7) offset 0
  ) team
  where ${condition}`;

/**
 * Whether something given reaches a person on a product, asked of the tables of teams: direct grants, those of their teams with what these stand
 * in, those to the whole organization; on the product itself or on its type. A right is held when one of `rights` is (a wider one gives a narrower).
 * Roles, blocks and caps are not known to this database.
 *
 * Parameters: organization, member, product (never given away), product type, rights, now, whether the person is an external.
 */
export const CHECK_SQL = `
with recursive reach (team_id, parent_id, parent_ends_at) as (
  select team.* from team_membership membership
  ${team('membership.team_id', 'membership.organization_id = $1 and membership.member_id = $2 and membership.ended_at is null and (membership.ends_at is null or membership.ends_at > $6)')}
  union
  select team.* from reach
  ${team('reach.parent_id', 'reach.parent_ends_at is null or reach.parent_ends_at > $6')}
)
select ${Object.values(objects)
  .map((object) => given(holders.teams, object))
  .join('\n or ')}
 or ${Object.values(objects)
   .map((object) => given(holders.person, object))
   .join('\n or ')}
 or (not $7 and (${Object.values(objects)
   .map((object) => given(holders.organization, object))
   .join('\n or ')})) as is_held`;
