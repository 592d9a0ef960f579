import type { WriteContext } from '@cordee/service/background-transactions';
import { endLapsedMemberships, selectMembers } from './memberships.ts';
import type { Team } from './team.entity.ts';

type Context = Pick<WriteContext, 'em' | 'now' | 'publish'>;

/** Says who has left a team, whose memberships have just ended; a lead who is no longer in the team leads it no longer (C-TEAM-06). */
export async function publishDepartures(
  { em, now, publish }: Context,
  team: Team,
  removed: `acc_${string}`[],
): Promise<void> {
  if (removed.length > 0) await publish(team.membersChanged([], removed));
  const lead = team.leadMemberId;
  if (!lead || (await selectMembers(em, now, team.organizationId, team.id)).some(({ memberId }) => memberId === lead))
    return;
  await publish(team.change({ lead: null })!);
}

/** Ends what is over by its own end, so that it is on record and the person may come in again. */
export async function endLapsed(context: Context, team: Team): Promise<void> {
  const removed = await endLapsedMemberships(context.em, context.now, team.organizationId, team.id);
  if (removed.length > 0) await publishDepartures(context, team, removed);
}
