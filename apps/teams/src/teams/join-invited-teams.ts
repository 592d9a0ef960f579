import type { EventData } from '@cordee/contracts/contract';
import type { memberAdded } from '@cordee/contracts/identity/member';
import { invitedTeamsMissed } from '@cordee/contracts/teams/invitation';
import { domainEvent } from '@cordee/outbox/publish';
import { atCurrentTime, type ReactionContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import { endAndPublishExpiredMemberships } from './departures.ts';
import { lockTeamsWithParents } from './lock-and-save-teams.ts';
import { addMemberships } from './memberships.ts';
import { Team } from './team.entity.ts';

type MemberAdded = EventData<typeof memberAdded>;
type MissedTeam = EventData<typeof invitedTeamsMissed>['missed'][number];

/**
 * Adds a new person to the teams of their invitation. Publishes the teams that the person cannot join, so that the
 * inviter gets a notice.
 */
export async function joinInvitedTeams(
  context: ReactionContext,
  { organizationId, accountId, memberId, role, invitationId, invitedBy, teamIds }: MemberAdded,
): Promise<void> {
  const { em } = context;
  const teams = await em.find(
    Team,
    { organizationId, id: { $in: teamIds } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
  );
  // Waits for running grants to the teams and their parents, so that `now` is later than the time of these grants.
  await lockTeamsWithParents(em, organizationId, teamIds);
  const { now, publish } = atCurrentTime(context);
  const teamsById = new Map<string, Team>(teams.map((team) => [team.id, team]));
  const reasonsNotToJoin = new Map(teamIds.map((teamId) => [teamId, reasonNotToJoin(teamsById.get(teamId), role)]));
  for (const team of teams) {
    if (reasonsNotToJoin.get(team.id)) continue;
    await endAndPublishExpiredMemberships(context, team);
    const added = await addMemberships(em, now, { organizationId, teamId: team.id }, [
      { accountId, memberId, endsAt: null },
    ]);
    if (added.length > 0) await publish(team.membersChanged({ added }));
  }
  const missed = [...reasonsNotToJoin].flatMap(([teamId, reason]): MissedTeam[] =>
    reason ? [{ teamId, name: teamsById.get(teamId)?.name ?? null, reason }] : [],
  );
  // A person who joins without an invitation has no inviter to notify.
  if (invitationId && invitedBy && missed.length > 0)
    await publish(
      domainEvent(invitedTeamsMissed, { organizationId, invitationId, invitedBy, memberId, accountId, missed }),
    );
}

function reasonNotToJoin(team: Team | undefined, role: MemberAdded['role']): MissedTeam['reason'] | undefined {
  if (!team) return 'unknown';
  if (team.deletedAt) return 'deleted';
  return team.isMembersOnly && role === 'external' ? 'members_only' : undefined;
}
