import { toUuid } from '@cordee/contracts/id';
import { activeAt } from '../teams/memberships.ts';
import type { Condition } from './access-snapshot-queries.ts';

/** The teams of a person at an instant, with all their parents. */
export function teamsAbove(organizationId: `org_${string}`, memberId: `mem_${string}`, now: Date): Condition {
  const organization = toUuid(organizationId);
  return {
    sql: `with recursive teams_above as (
      select team_id from team_membership where organization_id = ? and member_id = ? and ${activeAt}
      union
      select period.parent_id from teams_above join team_parent_history period on period.organization_id = ?
      and period.team_id = teams_above.team_id and period.until is null
      where period.parent_id is not null and (period.parent_ends_at is null or period.parent_ends_at > ?)
    ) select team_id from teams_above`,
    parameters: [organization, toUuid(memberId), now, organization, now],
  };
}

/**
 * The condition of grants that may apply to a person: direct ones, those of their teams and the parents of these, and
 * those of the organization.
 */
export function holdersAbove(organizationId: `org_${string}`, memberId: `mem_${string}`, now: Date): Condition {
  const teams = teamsAbove(organizationId, memberId, now);
  return {
    sql: `(holder_kind = 'organization' or holder_member_id = ? or holder_team_id in (${teams.sql}))`,
    parameters: [toUuid(memberId), ...teams.parameters],
  };
}
