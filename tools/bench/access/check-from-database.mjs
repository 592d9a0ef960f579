/** An active grant of a holder on an object. Each condition is an exact lookup in the index of active grants. */
const hasGrant = (holder, object) => `exists (
  select from access_grant
  where organization_id = $1 and ${holder} and ${object} and resource_id is null
    and access_right = any ($5) and ended_at is null and (ends_at is null or ends_at > $6)
)`;
const holders = {
  teams: `holder_kind = 'team' and holder_member_id is null
    and holder_team_id = any ((select array_agg(team_id) from member_team)::uuid[])`,
  person: `holder_kind = 'account' and holder_member_id = $2 and holder_team_id is null`,
  organization: `holder_kind = 'organization' and holder_member_id is null and holder_team_id is null`,
};
const objects = {
  product: `object_kind = 'product' and product_type is null and product_id = $3 and ownership_number = 1`,
  type: `object_kind = 'product_type' and product_type = $4 and product_id is null and ownership_number is null`,
};
const hasGrantOf = (holder) =>
  Object.values(objects)
    .map((object) => hasGrant(holder, object))
    .join('\n or ');

/** A team by its id. `offset 0` makes the planner look it up by key, because an organization can have many teams. */
const team = (id, condition) => `cross join lateral (
    select id, parent_id, parent_ends_at from team
    where organization_id = $1 and id = ${id} and deleted_at is null and not (is_members_only and $7)
    offset 0
  ) team
  where ${condition}`;

/**
 * Checks a right on a product in the tables of the teams service: grants to the person, to their teams with the parents
 * of these, and to the whole organization, on the product or its type. A wider right implies a narrower one, so
 * `rights` contains all that suffice. This database does not know roles, blocks and caps.
 *
 * Parameters: organization, member, product (in its first ownership period), product type, rights, now, true for an
 * external.
 */
export const CHECK_SQL = `
with recursive member_team (team_id, parent_id, parent_ends_at) as (
  select team.* from team_membership membership
  ${team(
    'membership.team_id',
    `membership.organization_id = $1 and membership.member_id = $2 and membership.ended_at is null
     and (membership.ends_at is null or membership.ends_at > $6)`,
  )}
  union
  select team.* from member_team
  ${team('member_team.parent_id', 'member_team.parent_ends_at is null or member_team.parent_ends_at > $6')}
)
select ${hasGrantOf(holders.teams)}
 or ${hasGrantOf(holders.person)}
 or (not $7 and (${hasGrantOf(holders.organization)})) as is_held`;
