import { createTeam } from '@cordee/contracts/teams/team';
import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import type { CommandContext } from '@cordee/service/handles';
import type { GrantChecks } from '../grants/check-grant.ts';
import { giveGrants } from '../grants/give-grants.ts';
import { flushTeam, lockTree } from './find-team.ts';
import { foldName } from './fold-name.ts';
import { addMemberships, selectMembers } from './memberships.ts';
import { Team, type TeamView } from './team.entity.ts';
import { checkPlace } from './team-tree.ts';

/** Makes a team with its people and rights, all or nothing (TEAM-1). Others are asked before anything is locked. */
export async function makeTeam(context: CommandContext, input: Input<typeof createTeam>, checks: GrantChecks): Promise<TeamView> {
  const { em, now, accountId, publish } = context;
  const { organizationId, name, colour, parentId, leadAccountId, accountIds } = input;
  checkPeople(input, checks.peopleIds);
  const holder = { kind: 'team' as const, teamId: newId('team', now) };
  const requests = input.grants.flatMap(({ object, rights, endsAt }, index) => rights.map((right) => ({ holder, object, right, endsAt, reason: null, pointer: `/grants/${index}` })));
  await checks.check(requests, now);

  const tree = await lockTree(em, organizationId);
  if (parentId) checkPlace(tree, parentId);
  const team = em.create(Team, { organizationId, id: holder.teamId, name, nameFold: foldName(name), colour, parentId, leadAccountId, createdAt: now });
  await flushTeam(em);
  await publish(team.created());
  const added = await addMemberships(em, now, { organizationId, teamId: team.id }, [...new Set(accountIds)].map((one) => ({ accountId: one, endsAt: null })));
  if (added.length > 0) await publish(team.membersChanged(added, []));
  await giveGrants(context, organizationId, accountId, requests);
  return team.view(await selectMembers(em, now, organizationId, team.id));
}

function checkPeople({ accountIds, leadAccountId }: Input<typeof createTeam>, known: ReadonlySet<string>): void {
  const strangers = accountIds.flatMap((accountId, index) => (known.has(accountId) ? [] : [{ pointer: `/accountIds/${index}`, detail: 'does not belong to the organization', code: 'person_unknown' }]));
  if (strangers.length > 0) throw new DomainError('PERSON_UNKNOWN', { errors: strangers });
  if (leadAccountId && !accountIds.includes(leadAccountId)) throw new DomainError('LEAD_NOT_IN_TEAM', { errors: [{ pointer: '/leadAccountId', detail: 'is not one of accountIds', code: 'lead_not_in_team' }] });
}
