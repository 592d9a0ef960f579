import { toUuid } from '@cordee/contracts/id';
import { isActiveSql } from '../teams/memberships.ts';
import type { SqlFragment } from './snapshot-tables.ts';

/** A subquery: the ids of the current teams of a member, and of all current parents of these teams. */
export function teamIdsOfMemberQuery(
  organizationId: `org_${string}`,
  memberId: `mem_${string}`,
  now: Date,
): SqlFragment {
  const organization = toUuid(organizationId);
  return {
    sql: `with recursive teams_of_member as (
      select team_id from team_membership where organization_id = ? and member_id = ? and ${isActiveSql}
      union
      select period.parent_id from teams_of_member join team_parent_history period on period.organization_id = ?
      and period.team_id = teams_of_member.team_id and period.until is null
      where period.parent_id is not null and (period.parent_ends_at is null or period.parent_ends_at > ?)
    ) select team_id from teams_of_member`,
    // The first `now` is the parameter of `isActiveSql`.
    parameters: [organization, toUuid(memberId), now, organization, now],
  };
}

/**
 * The condition for grants that may apply to a member: grants to the member, to the teams of the member, to the parents
 * of these teams, and to the organization.
 */
export function holderConditionFor(organizationId: `org_${string}`, memberId: `mem_${string}`, now: Date): SqlFragment {
  const teamIds = teamIdsOfMemberQuery(organizationId, memberId, now);
  return {
    sql: `(holder_kind = 'organization' or holder_member_id = ? or holder_team_id in (${teamIds.sql}))`,
    parameters: [toUuid(memberId), ...teamIds.parameters],
  };
}
