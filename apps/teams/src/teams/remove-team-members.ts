import type { People } from '@cordee/access/people';
import type { Input, Output } from '@cordee/contracts/contract';
import type * as contract from '@cordee/contracts/teams/team';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { publishDeparturesAndUpdateLead, lockTeamAndEndExpiredMemberships } from './departures.ts';
import { externalEditDenied, createMembershipEditCheck } from './membership-edit-check.ts';
import { endMemberships, selectMembers } from './memberships.ts';

type Result = Output<typeof contract.removeTeamMembers>['results'][number];

/** Removes people from a team. Rows are validated one by one, and all valid rows are removed together. */
export async function removeTeamMembers(
  context: CommandContext,
  { organizationId, teamId, accountIds }: Input<typeof contract.removeTeamMembers>,
  people: People,
): Promise<Result[]> {
  const { em, now } = context;
  const team = await lockTeamAndEndExpiredMemberships(context, organizationId, teamId);
  const mayEdit = await createMembershipEditCheck(context, people, team);
  // One round trip: the select returns the members after the update.
  const [endedMemberships, membersAfter] = await Promise.all([
    endMemberships(em, now, organizationId, { teamId, accountIds: accountIds.filter(mayEdit) }),
    selectMembers(em, now, organizationId, teamId),
  ]);
  const removedAccountIds = endedMemberships.map(({ accountId }) => accountId);
  await publishDeparturesAndUpdateLead(context, team, removedAccountIds, membersAfter);

  const remainingIds = new Set(removedAccountIds);
  return accountIds.map((id, index) => {
    if (!mayEdit(id)) return { index, id, status: 'refused', error: externalEditDenied };
    // If two rows name the same person, only the first row gets the status `removed`.
    return { index, id, status: remainingIds.delete(id) ? 'removed' : 'not_member' };
  });
}
