import type { People } from '@cordee/access/people';
import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { teamsAbove } from '../grants/holders-above.ts';

/**
 * The member id of the caller, whose teams limit the view; undefined for a caller who sees all teams (see
 * `People.seesAllTeams`). Other callers see their own teams and the parents of their teams, because the grants of the
 * parents apply to them.
 */
export const viewerOf = (people: People, accountId: string, now: Date): `mem_${string}` | undefined =>
  people.seesAllTeams(accountId, now) ? undefined : people.find(accountId)!.memberId;

export async function isTeamVisible(
  em: EntityManager,
  now: Date,
  viewerMemberId: `mem_${string}` | undefined,
  { organizationId, teamId }: { organizationId: `org_${string}`; teamId: `team_${string}` },
): Promise<boolean> {
  if (viewerMemberId === undefined) return true;
  const visibleTeams = teamsAbove(organizationId, viewerMemberId, now);
  const [row] = await em.execute<{ is_visible: boolean }[]>(`select ?::uuid in (${visibleTeams.sql}) as is_visible`, [
    toUuid(teamId),
    ...visibleTeams.parameters,
  ]);
  return row!.is_visible;
}
