import type { EventData } from '@cordee/contracts/contract';
import type { memberRemoved } from '@cordee/contracts/identity/member';
import type { ReactionContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { endGrants } from '../grants/end-grants.ts';
import { endRestrictions } from '../restrictions/end-restrictions.ts';
import { publishDeparturesAndUpdateLead } from './departures.ts';
import { endMemberships } from './memberships.ts';
import { Team } from './team.entity.ts';

type MemberRemoved = Pick<EventData<typeof memberRemoved>, 'organizationId' | 'accountId' | 'memberId'>;

/** Ends the access of a membership period: team memberships, direct grants, restrictions and team leads. */
export async function endMemberAccess(
  context: ReactionContext,
  { organizationId, accountId, memberId }: MemberRemoved,
): Promise<void> {
  const { em, now, event } = context;
  await endGrants(context, { organizationId, holderMemberId: memberId }, event.actorid);
  await endRestrictions(context, organizationId, { memberId }, event.actorid);
  const ended = await endMemberships(em, now, organizationId, { memberId });
  const teamIds = ended.map(({ teamId }) => teamId);
  const teams = await em.find(
    Team,
    { organizationId, deletedAt: null, $or: [{ id: { $in: teamIds } }, { leadMemberId: memberId }] },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
  );
  // A lead may have no membership left in the team. The team then loses only its lead, and no member.
  for (const team of teams)
    await publishDeparturesAndUpdateLead(context, team, teamIds.includes(team.id) ? [accountId] : []);
}
