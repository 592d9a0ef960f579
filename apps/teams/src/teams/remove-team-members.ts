import type { People } from '@cordee/access/people';
import type { Input, Output } from '@cordee/contracts/contract';
import type * as contract from '@cordee/contracts/teams/team';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { findTeam } from './find-team.ts';
import { publishDepartures, endAndPublishExpired } from './publish-departures.ts';
import { leadsEditMembersOnly, membershipEditPolicy } from './membership-edit-policy.ts';
import { endMemberships } from './memberships.ts';

type Result = Output<typeof contract.removeTeamMembers>['results'][number];

/** Removes people from a team. Rows are validated one by one, and all valid rows are removed together. */
export async function removeTeamMembers(
  context: CommandContext,
  { organizationId, teamId, accountIds }: Input<typeof contract.removeTeamMembers>,
  people: People,
): Promise<Result[]> {
  const { em, now } = context;
  const team = await findTeam(em, organizationId, teamId);
  await endAndPublishExpired(context, team);
  const mayEdit = await membershipEditPolicy(context, people, team);
  const removed = (
    await endMemberships(em, now, organizationId, { teamId, accountIds: accountIds.filter(mayEdit) })
  ).map(({ accountId }) => accountId);
  await publishDepartures(context, team, removed);

  const removedIds = new Set(removed);
  return accountIds.map((id, index) => {
    if (!mayEdit(id)) return { index, id, status: 'refused', error: leadsEditMembersOnly };
    // If two rows name the same person, the first row is used.
    return { index, id, status: removedIds.delete(id) ? 'removed' : 'not_member' };
  });
}
