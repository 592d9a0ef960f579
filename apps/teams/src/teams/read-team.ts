import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import type { People } from '@cordee/access/people';
import type { EntityManager } from '@mikro-orm/postgresql';
import { teamIdsOfMemberQuery } from '../grants/holder-conditions.ts';
import { activeMembersSql, currentMembers, memberOfRow, type CurrentMember, type MemberRow } from './memberships.ts';
import { teamColumnsSql, teamOfRow, type TeamRow } from './team-rows.ts';
import type { StoredTeam } from './view-team.ts';

/**
 * Reads a team with its current members. Throws TEAM_NOT_FOUND for an unknown or deleted team, and for a team that the
 * viewer may not see. Without a viewer, every team is visible.
 */
export async function readTeam(
  em: EntityManager,
  now: Date,
  people: People,
  { organizationId, teamId }: { organizationId: `org_${string}`; teamId: `team_${string}` },
  viewerMemberId: `mem_${string}` | undefined,
): Promise<{ team: StoredTeam; members: CurrentMember[] }> {
  const key = [toUuid(organizationId), toUuid(teamId)];
  const visibleTeamIds = viewerMemberId ? teamIdsOfMemberQuery(organizationId, viewerMemberId, now) : undefined;
  const [row] = await em.execute<(TeamRow & { members: MemberRow[] })[]>(
    `select ${teamColumnsSql}, (
       select coalesce(json_agg(member), '[]') from (${activeMembersSql}) member
     ) as members
     from team
     where organization_id = ? and id = ? and deleted_at is null
       ${visibleTeamIds ? `and id in (${visibleTeamIds.sql})` : ''}`,
    [...key, now, ...key, ...(visibleTeamIds?.parameters ?? [])],
  );
  if (!row) throw new DomainError('TEAM_NOT_FOUND');
  return { team: teamOfRow(row), members: currentMembers(row.members.map(memberOfRow), people) };
}
