import type { People } from '@cordee/access/people';
import type { Input, Output } from '@cordee/contracts/contract';
import type * as contract from '@cordee/contracts/teams/team';
import { atCurrentTime, type CommandContext } from '@cordee/service/handler-decorators';
import { earlierEnd } from './earlier-end.ts';
import { lockTeamsWithParents } from './lock-and-save-teams.ts';
import { lockTeamAndEndExpiredMemberships } from './departures.ts';
import { externalEditDenied, createMembershipEditCheck } from './membership-edit-check.ts';
import { addMemberships, selectPlannedEnds } from './memberships.ts';

type Row = Input<typeof contract.addTeamMembers>['members'][number];
type Result = Output<typeof contract.addTeamMembers>['results'][number];

/** Adds people to a team. Rows are validated one by one, and all valid rows are added together. */
export async function addTeamMembers(
  context: CommandContext,
  { organizationId, teamId, members }: Input<typeof contract.addTeamMembers>,
  people: People,
): Promise<Result[]> {
  const { em, accountId: callerId } = context;
  const [team] = await Promise.all([
    lockTeamAndEndExpiredMemberships(context, organizationId, teamId),
    // Waits for running grants to the team and its parents, so that `now` is later than the time of these grants.
    lockTeamsWithParents(em, organizationId, [teamId]),
  ]);
  const { now, publish } = atCurrentTime(context);
  const [mayEdit, plannedEnds] = await Promise.all([
    createMembershipEditCheck(context, people, team),
    // A lead cannot remove a planned end, neither directly nor by removing and adding the person again.
    people.may(callerId, 'team:manage')
      ? undefined
      : selectPlannedEnds(
          em,
          now,
          { organizationId, teamId },
          members.flatMap(({ accountId }) => people.find(accountId)?.memberId ?? []),
        ),
  ]);
  const validateRow = ({ accountId, endsAt }: Row): Result['error'] => {
    const person = people.find(accountId);
    if (!person) return { code: 'PERSON_UNKNOWN', detail: 'This person does not belong to the organization' };
    if (!mayEdit(accountId)) return externalEditDenied;
    if (team.isMembersOnly && person.role === 'external')
      return { code: 'EXTERNAL_NOT_ALLOWED', detail: 'The team is for members of the organization only' };
    if (endsAt !== null && new Date(endsAt) <= now)
      return { code: 'MEMBERSHIP_ENDS_IN_PAST', detail: 'The end of the membership is in the past' };
    return undefined;
  };
  const errors = members.map(validateRow);
  // If two rows name the same person, the first row is used.
  const validRows = new Map<Row['accountId'], { row: Row; index: number; memberId: `mem_${string}` }>();
  for (const [index, row] of members.entries())
    if (!errors[index] && !validRows.has(row.accountId))
      validRows.set(row.accountId, { row, index, memberId: people.find(row.accountId)!.memberId });
  const newMembers = [...validRows.values()].map(({ row: { accountId, endsAt }, memberId }) => ({
    accountId,
    memberId,
    endsAt: earlierEnd(endsAt === null ? null : new Date(endsAt), plannedEnds?.get(memberId))?.toISOString() ?? null,
  }));
  const added = await addMemberships(em, now, { organizationId, teamId }, newMembers);
  if (added.length > 0) await publish(team.membersChanged({ added }));

  const addedIds = new Set<string>(added);
  return members.map(({ accountId }, index) => {
    const error = errors[index];
    if (error) return { index, id: accountId, status: 'refused', error };
    return {
      index,
      id: accountId,
      status: addedIds.has(accountId) && validRows.get(accountId)!.index === index ? 'added' : 'already_member',
    };
  });
}
