import type { People } from '@cordee/access/people';
import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { teamsAbove } from '../grants/holders-above.ts';

/** With whose eyes teams are looked at (see `People.seesAllTeams`); undefined is with those of who sees all. What the teams hold that somebody is in, and what these stand in, reaches them. */
export const viewerOf = (people: People, accountId: string, now: Date): `mem_${string}` | undefined =>
  people.seesAllTeams(accountId, now) ? undefined : people.find(accountId)!.memberId;

/** Whether these eyes see the team. */
export async function isTeamVisible(
  em: EntityManager,
  now: Date,
  viewer: `mem_${string}` | undefined,
  { organizationId, teamId }: { organizationId: `org_${string}`; teamId: `team_${string}` },
): Promise<boolean> {
  if (viewer === undefined) return true;
  const seen = teamsAbove(organizationId, viewer, now);
  const [row] = await em.execute<{ is_seen: boolean }[]>(`select ?::uuid in (${seen.sql}) as is_seen`, [
    toUuid(teamId),
    ...seen.parameters,
  ]);
  return row!.is_seen;
}
