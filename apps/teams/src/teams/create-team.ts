import type { People } from '@cordee/access/people';
import type { Input } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { inputError } from '@cordee/contracts/input-error';
import type * as contract from '@cordee/contracts/teams/team';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { assertGrants, type GrantSubject } from '../grants/validate-grants.ts';
import { giveGrants } from '../grants/give-grants.ts';
import { resolveHolderAndObject } from '../grants/current-ownership.ts';
import { mergeDuplicateRequests } from '../grants/merge-duplicate-requests.ts';
import { lockHierarchy, saveTeams } from './find-team.ts';
import { foldName } from './fold-name.ts';
import { addMemberships, selectPresentMembers } from './memberships.ts';
import { checkParentEnd } from './check-parent-end.ts';
import { Team, type TeamView } from './team.entity.ts';
import { checkPlace } from './team-tree.ts';

type Wanted = Input<typeof contract.createTeam>;
/** Who comes in, until when, and where the input names them. */
type NamedArrival = Wanted['members'][number] & { pointer: string };

/** Makes a team with its people and rights, all or nothing (TEAM-1). Others are asked before anything is locked. */
export async function createTeam(context: CommandContext, input: Wanted, subject: GrantSubject): Promise<TeamView> {
  const { em, now, accountId, publish } = context;
  const { organizationId, name, colour, parentId, isMembersOnly, leadAccountId } = input;
  const { people } = subject.access;
  const arrivals = arrivalsOf(input);
  checkArrivals(arrivals, people, isMembersOnly, now);
  const arriving = [
    ...new Map(
      arrivals.map((arrival) => [
        arrival.accountId,
        { ...arrival, memberId: people.find(arrival.accountId)!.memberId },
      ]),
    ).values(),
  ];
  if (leadAccountId && !arrivals.some((arrival) => arrival.accountId === leadAccountId))
    throw inputError('LEAD_NOT_IN_TEAM', '/leadAccountId', 'is not one of those who come in');
  checkParentEnd(input, parentId, now);
  const holder = { kind: 'team' as const, teamId: newId('team', now) };
  const requests = input.grants.flatMap(({ object, rights, endsAt }, index) =>
    rights.map((right, place) => ({
      holder,
      object,
      right,
      endsAt,
      reason: null,
      pointer: `/grants/${index}`,
      rightPointer: `/grants/${index}/rights/${place}`,
    })),
  );
  await assertGrants(subject, requests, now);
  const given = mergeDuplicateRequests(requests).map((request) => resolveHolderAndObject(subject.access, request));

  const tree = await lockHierarchy(context, organizationId);
  if (parentId) checkPlace(tree, parentId);
  const parentEndsAt = input.parentEndsAt && new Date(input.parentEndsAt);
  const team = em.create(Team, {
    organizationId,
    id: holder.teamId,
    name,
    nameFold: foldName(name),
    colour,
    parentId,
    parentEndsAt,
    isMembersOnly,
    leadAccountId,
    leadMemberId: arriving.find((arrival) => arrival.accountId === leadAccountId)?.memberId ?? null,
    createdAt: now,
  });
  await saveTeams(context, organizationId, [team]);
  await publish(team.created());
  const added = await addMemberships(em, now, { organizationId, teamId: team.id }, arriving);
  if (added.length > 0) await publish(team.membersChanged(added, []));
  await giveGrants(context, organizationId, accountId, given);
  return team.view(await selectPresentMembers(em, now, people, organizationId, team.id), now);
}

const arrivalsOf = ({ accountIds, members }: Wanted): NamedArrival[] => [
  ...accountIds.map((accountId, index) => ({ accountId, endsAt: null, pointer: `/accountIds/${index}` })),
  ...members.map((member, index) => ({ ...member, pointer: `/members/${index}` })),
];

function checkArrivals(arrivals: readonly NamedArrival[], people: People, isMembersOnly: boolean, now: Date): void {
  const refuse = (code: string, detail: string, isWrong: (arrival: NamedArrival) => boolean, at = ''): void => {
    const wrong = arrivals.filter(isWrong);
    if (wrong.length > 0)
      throw inputError(
        code,
        wrong.map(({ pointer }) => `${pointer}${at}`),
        detail,
      );
  };
  refuse('PERSON_UNKNOWN', 'does not belong to the organization', ({ accountId }) => !people.find(accountId));
  refuse(
    'EXTERNAL_NOT_ALLOWED',
    'is an external, and the team is for members only',
    ({ accountId }) => isMembersOnly && people.find(accountId)!.role === 'external',
  );
  refuse(
    'MEMBERSHIP_ENDS_IN_PAST',
    'is over already',
    ({ endsAt }) => endsAt !== null && new Date(endsAt) <= now,
    '/endsAt',
  );
}
