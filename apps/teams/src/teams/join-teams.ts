import type { EventData } from '@cordee/contracts/contract';
import type { memberAdded } from '@cordee/contracts/identity/member';
import { invitedTeamsMissed } from '@cordee/contracts/teams/invitation';
import { fact } from '@cordee/outbox/publish';
import type { ReactionContext } from '@cordee/service/handles';
import { LockMode } from '@mikro-orm/postgresql';
import { endLapsed } from './announce-leaving.ts';
import { addMemberships } from './memberships.ts';
import { Team } from './team.entity.ts';

type Added = EventData<typeof memberAdded>;
type Missed = EventData<typeof invitedTeamsMissed>['missed'][number];

/** Puts a new person into the teams of their invitation. Which of them they cannot come into is reported, so that whoever invited them hears of it (C-ROL-21). */
export async function joinTeams(context: ReactionContext, { organizationId, accountId, memberId, role, invitationId, invitedBy, teamIds }: Added): Promise<void> {
  const { em, now, publish } = context;
  const teams = await em.find(Team, { organizationId, id: { $in: teamIds } }, { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } });
  for (const team of teams) {
    if (reasonAgainst(team, role)) continue;
    await endLapsed(context, team);
    const added = await addMemberships(em, now, { organizationId, teamId: team.id }, [{ accountId, memberId, endsAt: null }]);
    if (added.length > 0) await publish(team.membersChanged(added, []));
  }
  const missed = [...new Set(teamIds)].flatMap((teamId): Missed[] => {
    const team = teams.find(({ id }) => id === teamId);
    const reason = reasonAgainst(team, role);
    return reason ? [{ teamId, name: team?.name ?? null, reason }] : [];
  });
  if (invitationId && invitedBy && missed.length > 0) await publish(fact(invitedTeamsMissed, { organizationId, invitationId, invitedBy, memberId, accountId, missed }));
}

function reasonAgainst(team: Team | undefined, role: Added['role']): Missed['reason'] | undefined {
  if (!team) return 'unknown';
  if (team.deletedAt) return 'deleted';
  return team.isMembersOnly && role === 'external' ? 'members_only' : undefined;
}
