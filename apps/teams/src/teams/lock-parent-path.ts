import { toId, toUuid } from '@cordee/contracts/id';
import { idOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { MAX_DEPTH, type TeamTree } from './team-tree.ts';

type TeamId = `team_${string}`;

/**
 * Returns the parent of a team and of each of its parents, and locks these teams for share until the end of the
 * transaction: the path does not change, and a person who joins a child team waits for grants to these teams. Other
 * parts of the hierarchy stay unlocked. An unknown or deleted team has no path.
 */
export async function lockParentPath(
  em: EntityManager,
  now: Date,
  organizationId: `org_${string}`,
  teamId: TeamId,
): Promise<TeamTree> {
  const organization = toUuid(organizationId);
  for (;;) {
    const rows = await em.execute<{ id: string; parent_id: string | null }[]>(
      `with recursive path as (
         select id, parent_id, parent_ends_at, 1 as level from team where organization_id = ? and id = ?
         union all
         select team.id, team.parent_id, team.parent_ends_at, level + 1 from team join path on team.id = path.parent_id
         where organization_id = ? and (path.parent_ends_at is null or path.parent_ends_at > ?) and level < ?
       )
       select id, case when parent_ends_at is null or parent_ends_at > ? then parent_id end as parent_id
       from team where organization_id = ? and id in (select id from path) and deleted_at is null
       order by id for share`,
      [organization, toUuid(teamId), organization, now, MAX_DEPTH, now, organization],
    );
    const tree = new Map(rows.map((row) => [toId('team', row.id), idOrNull('team', row.parent_id)]));
    // A team was moved before its row was locked: its new parent is not in the path yet.
    const hasChanged = tree.size < MAX_DEPTH && [...tree.values()].some((parentId) => parentId && !tree.has(parentId));
    if (!hasChanged) return tree;
  }
}
