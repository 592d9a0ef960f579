import type { People } from '@cordee/access/people';
import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { teamsAbove } from '../grants/holders-above.ts';

/**
 * The member whose teams limit the view; undefined for callers who see all teams (see `People.seesAllTeams`). Others
 * see their own teams and the parents of their teams, because the grants of parents apply to them.
 */
export const viewerOf = (people: People, accountId: string, now: Date): `mem_${string}` | undefined =>
  people.seesAllTeams(accountId, now) ? undefined : people.find(accountId)!.memberId;

export async function isTeamVisible(
  em: EntityManager,
  now: Date,
  viewer: `mem_${string}` | undefined,
  { organizationId, teamId }: { organizationId: `org_${string}`; teamId: `team_${string}` },
): Promise<boolean> {
  if (viewer === undefined) return true;
  const visible = teamsAbove(organizationId, viewer, now);
  const [row] = await em.execute<{ is_visible: boolean }[]>(`select ?::uuid in (${visible.sql}) as is_visible`, [
    toUuid(teamId),
    ...visible.parameters,
  ]);
  return row!.is_visible;
}
