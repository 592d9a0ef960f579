import { DomainError } from '@cordee/contracts/domain-error';
import { assertVersion } from '@cordee/contracts/if-match';
import type { Input } from '@cordee/contracts/contract';
import type { deleteTeam as contract } from '@cordee/contracts/teams/team';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { endGrants, SYSTEM_ACTOR } from '../grants/end-grants.ts';
import { endRestrictions } from '../restrictions/end-restrictions.ts';
import { lockHierarchyAndEndExpired, saveTeams } from './lock-and-save-teams.ts';
import { endMemberships } from './memberships.ts';
import { earlierEnd } from './earlier-end.ts';
import { Team } from './team.entity.ts';

/**
 * Deletes a team in one transaction. The grants, restrictions and memberships of the team end, and the child teams move
 * to the parent of the team. When the team is members-only or has a restriction, the child teams get no parent, because
 * a move to the parent could give the members of the child teams more rights.
 */
export async function deleteTeam(
  context: CommandContext,
  { organizationId, teamId, ifMatch }: Input<typeof contract>,
): Promise<void> {
  const { em, now, accountId, publish } = context;
  const [, team] = await Promise.all([
    lockHierarchyAndEndExpired(context, organizationId),
    em.findOne(Team, { organizationId, id: teamId }, { lockMode: LockMode.PESSIMISTIC_WRITE }),
  ]);
  if (!team) throw new DomainError('TEAM_NOT_FOUND');
  if (team.deletedAt) return;
  assertVersion(ifMatch, team.version);

  await endGrants(context, { organizationId, holderTeamId: teamId }, accountId);
  // The first statement ends the expired restrictions, which limit no right any more. The second statement counts only
  // the other restrictions.
  const [, endedRestrictionCount, removed, children] = await Promise.all([
    endRestrictions(context, organizationId, { teamId, expiredAt: now }, SYSTEM_ACTOR),
    endRestrictions(context, organizationId, { teamId }, accountId),
    endMemberships(em, now, organizationId, { teamId }),
    em.find(
      Team,
      { organizationId, parentId: teamId, deletedAt: null },
      { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
    ),
  ]);
  if (removed.length > 0)
    await publish(team.membersChanged({ removed: removed.map((membership) => membership.accountId) }));
  const parentId = team.isMembersOnly || endedRestrictionCount > 0 ? null : (team.parentId ?? null);
  // A child team stays in its new parent until its own planned end or the planned end of the deleted team, whichever is
  // earlier. So the move prolongs no right.
  const childEvents = children.map((child) =>
    child.change({
      parentId,
      parentEndsAt: parentId && (earlierEnd(child.parentEndsAt, team.parentEndsAt)?.toISOString() ?? null),
    }),
  );
  const deletedEvent = team.delete(now);
  await saveTeams(context, organizationId, [team, ...children]);
  await publish([...childEvents.filter((event) => event !== undefined), deletedEvent]);
}
