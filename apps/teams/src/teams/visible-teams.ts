import type { People, Person } from '@cordee/access/people';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { teamIdsOfMemberQuery } from '../grants/holder-conditions.ts';
import type { StoredTeam } from './view-team.ts';

/**
 * The member id of a caller who sees only their own teams and the parents of these teams; undefined for a caller who
 * sees all teams (see `People.seesAllTeams`). The parents are visible, because their grants apply to the caller.
 */
export const viewerMemberIdOf = (people: People, accountId: string, now: Date): `mem_${string}` | undefined =>
  people.seesAllTeams(accountId, now) ? undefined : callerMemberId(people, accountId);

/** The member id of the caller. Throws when the caller was removed during the call. */
export function callerMemberId(people: People, accountId: string): `mem_${string}` {
  const caller = people.find(accountId);
  if (!caller) throw new DomainError('ORGANIZATION_NOT_FOUND');
  return caller.memberId;
}

/** The members of a team that the caller sees. An external sees only the lead and themselves. */
export function visibleMembers<M extends Pick<Person, 'memberId' | 'accountId'>>(
  people: People,
  callerAccountId: string,
  { leadMemberId }: Pick<StoredTeam, 'leadMemberId'>,
  members: readonly M[],
): M[] {
  if (people.find(callerAccountId)?.role !== 'external') return [...members];
  return members.filter(({ memberId, accountId }) => memberId === leadMemberId || accountId === callerAccountId);
}

export async function isTeamVisible(
  em: EntityManager,
  now: Date,
  viewerMemberId: `mem_${string}` | undefined,
  { organizationId, teamId }: { organizationId: `org_${string}`; teamId: `team_${string}` },
): Promise<boolean> {
  if (viewerMemberId === undefined) return true;
  const visibleTeamIds = teamIdsOfMemberQuery(organizationId, viewerMemberId, now);
  const [row] = await em.execute<{ is_visible: boolean }[]>(`select ?::uuid in (${visibleTeamIds.sql}) as is_visible`, [
    toUuid(teamId),
    ...visibleTeamIds.parameters,
  ]);
  return row!.is_visible;
}
