import type { WriteContext } from '@cordee/service/background-transactions';
import { lockTeam } from './lock-and-save-teams.ts';
import { endExpiredMemberships, selectMembers } from './memberships.ts';
import type { Team } from './team.entity.ts';

type Context = Pick<WriteContext, 'em' | 'now' | 'publish'>;

/**
 * Publishes the accounts whose memberships of a team have just ended. Removes the lead of the team when the lead is one
 * of these people. `membersAfter` are the remaining members, if the caller has selected them.
 */
export async function publishDeparturesAndUpdateLead(
  { em, now, publish }: Context,
  team: Team,
  removed: `acc_${string}`[],
  membersAfter?: readonly { memberId: `mem_${string}` }[],
): Promise<void> {
  if (removed.length > 0) await publish(team.membersChanged({ removed }));
  const { leadMemberId } = team;
  if (!leadMemberId) return;
  const members = membersAfter ?? (await selectMembers(em, now, team.organizationId, team.id));
  if (members.some(({ memberId }) => memberId === leadMemberId)) return;
  // The team has a lead, so the change always has an event.
  await publish(team.change({ lead: null })!);
}

/** Records and publishes the end of the expired memberships of a team, so that these people can be added again. */
export async function endAndPublishExpiredMemberships(context: Context, team: Team): Promise<void> {
  const removed = await endExpiredMemberships(context.em, context.now, team.organizationId, team.id);
  if (removed.length > 0) await publishDeparturesAndUpdateLead(context, team, removed);
}

/**
 * Loads a team, locks it and records the end of its expired memberships, in one round trip. Throws TEAM_NOT_FOUND for
 * an unknown or deleted team.
 */
export async function lockTeamAndEndExpiredMemberships(
  context: Context,
  organizationId: `org_${string}`,
  teamId: `team_${string}`,
): Promise<Team> {
  const { em, now } = context;
  const [team, removed] = await Promise.all([
    lockTeam(em, organizationId, teamId),
    endExpiredMemberships(em, now, organizationId, teamId),
  ]);
  if (removed.length > 0) await publishDeparturesAndUpdateLead(context, team, removed);
  return team;
}
