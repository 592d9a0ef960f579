import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { People } from '@cordee/access/people';
import type { Input } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { inputError } from '@cordee/contracts/input-error';
import type * as contract from '@cordee/contracts/teams/team';
import { insertRows } from '@cordee/service/database/insert-rows';
import { atCurrentTime, type CommandContext } from '@cordee/service/handler-decorators';
import { assertGrants, type ValidationSources } from '../grants/validate-grants.ts';
import { giveGrants } from '../grants/give-grants.ts';
import { resolveHolderAndObject } from '../grants/current-periods.ts';
import { mergeDuplicateRequests } from '../grants/merge-duplicate-requests.ts';
import { assertNameIsFree, lockHierarchySharedAhead } from './lock-and-save-teams.ts';
import { foldName } from './fold-name.ts';
import { lockParentPath } from './lock-parent-path.ts';
import { addFirstMemberships } from './memberships.ts';
import { recordParentOfNewTeam } from './team-parent-history.ts';
import { assertParentEnd } from './assert-parent-end.ts';
import { excludedExternals } from './excluded-externals.ts';
import { Team } from './team.entity.ts';
import { viewTeam, type TeamView } from './view-team.ts';
import { assertParent } from './team-tree.ts';

type CreateTeamInput = Input<typeof contract.createTeam>;
/** A new member with its JSON pointer in the input. */
type NewMemberInput = CreateTeamInput['members'][number] & { pointer: string };

/**
 * Creates a team with members and rights in one transaction (TEAM-1). Other services are called before rows are locked.
 */
export async function createTeam(
  context: CommandContext,
  input: CreateTeamInput,
  sources: ValidationSources & { access: OrganizationAccess },
): Promise<TeamView> {
  const { em, now, accountId } = context;
  const { organizationId, name, colour, parentId, isMembersOnly, leadAccountId } = input;
  const { people } = sources.access;
  const newMembers = listNewMembers(input);
  assertNewMembers(newMembers, people, isMembersOnly, now);
  // If a person is in both input lists, the row in `members` is used, because this row may have an end.
  const distinctMembers = [
    ...new Map(newMembers.map((newMember) => [newMember.accountId, toMember(newMember, people)])).values(),
  ];
  if (leadAccountId && !newMembers.some((newMember) => newMember.accountId === leadAccountId))
    throw inputError('LEAD_NOT_IN_TEAM', '/leadAccountId', 'is not among the new members');
  assertParentEnd(input, parentId, now);
  const holder = { kind: 'team' as const, teamId: newId('team', now) };
  const requests = input.grants.flatMap(({ object, rights, endsAt }, index) =>
    rights.map((right, rightIndex) => ({
      holder,
      object,
      right,
      endsAt,
      reason: null,
      pointer: `/grants/${index}`,
      rightPointer: `/grants/${index}/rights/${rightIndex}`,
    })),
  );
  await assertGrants(sources, requests, now);
  const grants = mergeDuplicateRequests(requests).map((request) => resolveHolderAndObject(sources.access, request));

  if (parentId) lockHierarchySharedAhead(em, organizationId);
  const [path] = await Promise.all([
    parentId ? lockParentPath(em, now, organizationId, parentId) : undefined,
    assertNameIsFree(em, organizationId, name),
  ]);
  if (parentId) assertParent(path!, parentId);
  const current = atCurrentTime(context);
  const team = em.create(
    Team,
    {
      organizationId,
      id: holder.teamId,
      name,
      nameFold: foldName(name),
      colour,
      parentId,
      parentEndsAt: input.parentEndsAt && new Date(input.parentEndsAt),
      isMembersOnly,
      leadAccountId,
      leadMemberId: distinctMembers.find((newMember) => newMember.accountId === leadAccountId)?.memberId ?? null,
      version: 1,
      createdAt: current.now,
    },
    { persist: false },
  );
  insertRows(em, [team]);
  recordParentOfNewTeam(em, current.now, team);
  addFirstMemberships(em, current.now, { organizationId, teamId: team.id }, distinctMembers);
  await current.publish(team.created());
  const added = distinctMembers.map(({ accountId: addedId }) => addedId);
  if (added.length > 0) await current.publish(team.membersChanged({ added }));
  await giveGrants(current, organizationId, accountId, grants);
  const excluded = excludedExternals(sources.access, team, distinctMembers, current.now);
  return viewTeam(team, distinctMembers, excluded, current.now);
}

function toMember(newMember: NewMemberInput, people: People) {
  const { memberId, role } = people.find(newMember.accountId)!;
  return { ...newMember, memberId, role };
}

const listNewMembers = ({ accountIds, members }: CreateTeamInput): NewMemberInput[] => [
  ...accountIds.map((accountId, index) => ({ accountId, endsAt: null, pointer: `/accountIds/${index}` })),
  ...members.map((member, index) => ({ ...member, pointer: `/members/${index}` })),
];

function assertNewMembers(
  newMembers: readonly NewMemberInput[],
  people: People,
  isMembersOnly: boolean,
  now: Date,
): void {
  const rejectIfAny = (
    code: string,
    detail: string,
    isInvalid: (newMember: NewMemberInput) => boolean,
    field = '',
  ): void => {
    const invalid = newMembers.filter(isInvalid);
    if (invalid.length > 0)
      throw inputError(
        code,
        invalid.map(({ pointer }) => `${pointer}${field}`),
        detail,
      );
  };
  rejectIfAny('PERSON_UNKNOWN', 'does not belong to the organization', ({ accountId }) => !people.find(accountId));
  rejectIfAny(
    'EXTERNAL_NOT_ALLOWED',
    'is an external, and the team is for members only',
    ({ accountId }) => isMembersOnly && people.find(accountId)!.role === 'external',
  );
  rejectIfAny(
    'MEMBERSHIP_ENDS_IN_PAST',
    'is in the past',
    ({ endsAt }) => endsAt !== null && new Date(endsAt) <= now,
    '/endsAt',
  );
}
