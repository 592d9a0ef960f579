import { toUuid } from '@cordee/contracts/id';
import { holdsAt } from '../teams/memberships.ts';
import type { Condition } from './access-snapshot-queries.ts';

/** The teams that a person is in at an instant, with everything these stand in. */
export function teamsAbove(organizationId: `org_${string}`, memberId: `mem_${string}`, now: Date): Condition {
  const organization = toUuid(organizationId);
  return {
    sql: `with recursive reached as (
      select team_id from team_membership where organization_id = ? and member_id = ? and ${holdsAt}
      union
      select above.parent_id from reached join team_parent_history above on above.organization_id = ? and above.team_id = reached.team_id and above.until is null
      where above.parent_id is not null and (above.parent_ends_at is null or above.parent_ends_at > ?)
    ) select team_id from reached`,
    parameters: [organization, toUuid(memberId), now, organization, now],
  };
}

/** Grants that may reach a person: their own, those of their teams and what these stand in, those of the whole organization. */
export function holdersAbove(organizationId: `org_${string}`, memberId: `mem_${string}`, now: Date): Condition {
  const teams = teamsAbove(organizationId, memberId, now);
  return {
    sql: `(holder_kind = 'organization' or holder_member_id = ? or holder_team_id in (${teams.sql}))`,
    parameters: [toUuid(memberId), ...teams.parameters],
  };
}
