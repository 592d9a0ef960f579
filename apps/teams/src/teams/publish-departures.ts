import type { WriteContext } from '@cordee/service/background-transactions';
import { endExpiredMemberships, selectMembers } from './memberships.ts';
import type { Team } from './team.entity.ts';

type Context = Pick<WriteContext, 'em' | 'now' | 'publish'>;

/**
 * Publishes the accounts whose memberships of a team have just ended. A lead who has left the team is removed as lead
 * (C-TEAM-06).
 */
export async function publishDepartures(
  { em, now, publish }: Context,
  team: Team,
  removed: `acc_${string}`[],
): Promise<void> {
  if (removed.length > 0) await publish(team.membersChanged({ removed }));
  const lead = team.leadMemberId;
  if (!lead || (await selectMembers(em, now, team.organizationId, team.id)).some(({ memberId }) => memberId === lead))
    return;
  // The team has a lead, so the change always has an event.
  await publish(team.change({ lead: null })!);
}

/** Records the end of the expired memberships of a team, so that these people can be added again. */
export async function endAndPublishExpired(context: Context, team: Team): Promise<void> {
  const removed = await endExpiredMemberships(context.em, context.now, team.organizationId, team.id);
  if (removed.length > 0) await publishDepartures(context, team, removed);
}
