import { addTeamMembers } from '@cordee/contracts/teams/team';
import type { Input, Output } from '@cordee/contracts/contract';
import type { CommandContext } from '@cordee/service/handles';
import { findTeam } from './find-team.ts';
import { endLapsed } from './leave-team.ts';
import { addMemberships } from './memberships.ts';

type Row = Input<typeof addTeamMembers>['members'][number];
type Result = Output<typeof addTeamMembers>['results'][number];

/** Puts many people into a team; every row is judged for itself, and those who may come in come in together (C-TEAM-07). */
export async function joinTeam(context: CommandContext, { organizationId, teamId, members }: Input<typeof addTeamMembers>, known: ReadonlySet<string>): Promise<Result[]> {
  const { em, now, publish } = context;
  const team = await findTeam(em, organizationId, teamId, { for: 'change' });
  const errorOf = ({ accountId, endsAt }: Row): Result['error'] => {
    if (!known.has(accountId)) return { code: 'PERSON_UNKNOWN', detail: 'This person does not belong to the organization' };
    if (endsAt !== null && new Date(endsAt) <= now) return { code: 'MEMBERSHIP_ENDS_IN_PAST', detail: 'The membership would have ended already' };
    return undefined;
  };
  const errors = members.map(errorOf);
  // Of two rows for one person the first counts.
  const wanted = new Map<string, { row: Row; index: number }>();
  for (const [index, row] of members.entries()) if (!errors[index] && !wanted.has(row.accountId)) wanted.set(row.accountId, { row, index });
  await endLapsed(context, team);
  const added = await addMemberships(em, now, { organizationId, teamId }, [...wanted.values()].map(({ row }) => row));
  if (added.length > 0) await publish(team.membersChanged(added, []));

  const isAdded = new Set<string>(added);
  return members.map(({ accountId }, index) => {
    const error = errors[index];
    if (error) return { index, id: accountId, status: 'refused', error };
    return { index, id: accountId, status: isAdded.has(accountId) && wanted.get(accountId)!.index === index ? 'added' : 'already_member' };
  });
}
