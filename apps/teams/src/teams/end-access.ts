import type { ReactionContext } from '@cordee/service/handles';
import { LockMode } from '@mikro-orm/postgresql';
import { endGrants } from '../grants/end-grants.ts';
import { endRestrictions } from '../restrictions/end-restrictions.ts';
import { announceLeaving } from './announce-leaving.ts';
import { endMemberships } from './memberships.ts';
import { Team } from './team.entity.ts';

/**
 * Ends what a person had before an instant: memberships, direct grants, restrictions, leads. What began later belongs to a person who has come back
 * since: the fact that they had gone may arrive after the fact that they are here again.
 */
export async function endAccess(context: ReactionContext, organizationId: `org_${string}`, accountId: `acc_${string}`, before: Date): Promise<void> {
  const { em, now, event } = context;
  await endGrants(context, { organizationId, holderAccountId: accountId, givenAt: { $lt: before } }, event.actorid);
  await endRestrictions(context, organizationId, { accountId, startedBefore: before }, event.actorid);
  const ended = await endMemberships(em, now, organizationId, { accountIds: [accountId], startedBefore: before });
  const teamIds = ended.map(({ teamId }) => teamId);
  const teams = await em.find(Team, { organizationId, deletedAt: null, $or: [{ id: { $in: teamIds } }, { leadAccountId: accountId }] }, { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } });
  for (const team of teams) await announceLeaving(context, team, teamIds.includes(team.id) ? [accountId] : []);
}
