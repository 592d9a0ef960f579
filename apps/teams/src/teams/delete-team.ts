import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handles';
import { LockMode } from '@mikro-orm/postgresql';
import { endGrants } from '../grants/end-grants.ts';
import { lockTree } from './find-team.ts';
import { endMemberships } from './memberships.ts';
import { Team } from './team.entity.ts';

/** Deletes a team with all that hangs on it in one transaction: grants and memberships end, child teams move up to its parent (C-TEAM-04, C-TEAM-13). */
export async function removeTeam(context: CommandContext, organizationId: `org_${string}`, teamId: `team_${string}`): Promise<void> {
  const { em, now, accountId, publish } = context;
  await lockTree(em, organizationId);
  const team = await em.findOne(Team, { organizationId, id: teamId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!team) throw new DomainError('TEAM_NOT_FOUND');
  if (team.deletedAt) return;

  await endGrants(context, { organizationId, holderTeamId: teamId }, accountId);
  const removed = await endMemberships(em, now, organizationId, { teamId });
  if (removed.length > 0) await publish(team.membersChanged([], removed.map((membership) => membership.accountId)));
  const children = await em.find(Team, { organizationId, parentId: teamId, deletedAt: null }, { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } });
  for (const moved of children.map((child) => child.change({ parentId: team.parentId ?? null }))) if (moved) await publish(moved);
  await publish(team.delete(now));
}
