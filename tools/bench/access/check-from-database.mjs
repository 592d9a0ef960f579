/**
 * SQL condition: the holder has an active grant on the object. The statement compares every column of the index of
 * active grants, so that each condition is an exact lookup in this index.
 */
const hasGrant = (holder, object) => `exists (
  select from access_grant
  where organization_id = $1 and ${holder} and ${object} and resource_id is null
    and access_right = any ($5) and ended_at is null and (ends_at is null or ends_at > $6)
)`;
const holderConditions = {
  teams: `holder_kind = 'team' and holder_member_id is null
    and holder_team_id = any ((select array_agg(team_id) from member_team)::uuid[])`,
  person: `holder_kind = 'account' and holder_member_id = $2 and holder_team_id is null`,
  organization: `holder_kind = 'organization' and holder_member_id is null and holder_team_id is null`,
};
const objectConditions = {
  product: `object_kind = 'product' and product_type is null and product_id = $3 and ownership_number = 1`,
  type: `object_kind = 'product_type' and product_type = $4 and product_id is null and ownership_number is null`,
};
const hasGrantOf = (holder) =>
  Object.values(objectConditions)
    .map((object) => hasGrant(holder, object))
    .join('\n or ');

/**
 * SQL join with the team that has this id. `offset 0` makes the planner look up the team by its key instead of reading
 * all teams, because an organization can have many teams.
 */
const joinTeam = (id, condition) => `cross join lateral (
    select id, parent_id, parent_ends_at from team
    where organization_id = $1 and id = ${id} and deleted_at is null and not (is_members_only and $7)
    offset 0
  ) team
  where ${condition}`;

/**
 * Checks the right of a person on a product in the tables of the teams service. The right can come from a grant to the
 * person, to one of their teams, to a parent of such a team, or to the whole organization. The object of the grant is
 * the product or its product type. A wider right implies a narrower right; the parameter `rights` therefore contains
 * the right and all wider rights. The statement ignores roles and blocks, because the database of the teams service
 * does not contain them, and it ignores that an external may not use the right `manage`.
 *
 * Parameters: $1 organization, $2 member, $3 product (in its first ownership period), $4 product type, $5 rights,
 * $6 now, $7 true if the person is an external.
 */
export const CHECK_SQL = `
with recursive member_team (team_id, parent_id, parent_ends_at) as (
  select team.* from team_membership membership
  ${joinTeam(
    'membership.team_id',
    `membership.organization_id = $1 and membership.member_id = $2 and membership.ended_at is null
     and (membership.ends_at is null or membership.ends_at > $6)`,
  )}
  union
  select team.* from member_team
  ${joinTeam('member_team.parent_id', 'member_team.parent_ends_at is null or member_team.parent_ends_at > $6')}
)
select ${hasGrantOf(holderConditions.teams)}
 or ${hasGrantOf(holderConditions.person)}
 or (not $7 and (${hasGrantOf(holderConditions.organization)})) as is_held`;
