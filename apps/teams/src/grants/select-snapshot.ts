import { SNAPSHOT_PAGE_SIZE } from '@cordee/contracts/access-snapshot';
import type { Input, Output } from '@cordee/contracts/contract';
import type { Id, IdPrefix } from '@cordee/contracts/id';
import type { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { readChanges } from '@cordee/service/database/access-revisions';
import { uuidList } from '@cordee/service/database/sql-values';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { filterForQuestion } from './snapshot-filter.ts';
import { snapshotTables, noRows, type SnapshotRows, type SnapshotScope } from './access-snapshot-queries.ts';

/**
 * The position of a page: the index of the table, the key of the last row read from this table (null before the first
 * row), and the past instant of the snapshot (null for the current state).
 */
const Cursor = z.tuple([
  z
    .int()
    .min(0)
    .max(snapshotTables.length - 1),
  z.union([z.uuid(), z.string().regex(/^\d{1,18}$/), z.null()]),
  z.iso.datetime().nullable(),
]);

type Snapshot = Output<typeof getGrantSnapshot>;

/**
 * Selects the access snapshot of an organization: the current state, the changes since a revision, or the state at a
 * past instant (ACC-2, ACC-3). With `about`, the snapshot has only the rows that the question needs.
 */
export async function selectSnapshot(
  em: EntityManager,
  now: Date,
  { organizationId, since, at, about, cursor }: Input<typeof getGrantSnapshot>,
): Promise<Snapshot> {
  const [tableIndex, after, instant] = readCursor(Cursor, cursor, 'INPUT_INVALID') ?? [0, null, at ?? null];
  const filter = since === undefined ? filterForQuestion(organizationId, about) : undefined;
  if (instant !== null) {
    const page = await readPage(em, { organizationId, at: new Date(instant), isPast: true, filter }, tableIndex, after);
    // A past state has no revision.
    return { organizationId, revision: 0, changed: null, ...page };
  }
  // The revision is read before the rows, so that rows may be newer than the revision but never older. A cursor
  // continues a complete snapshot, so `since` does not apply to it.
  const { revision, changed } = await readChanges(em, organizationId, cursor === undefined ? since : undefined);
  const scope = { organizationId, at: now, isPast: false };
  if (changed !== null && changed.length <= SNAPSHOT_PAGE_SIZE) {
    const page =
      changed.length === 0
        ? { ...noRows(), nextCursor: null }
        : // From the first row of the first table. The caches remove the ended grants.
          await readPage(em, { ...scope, filter: filterForChanges(changed), withEnded: true }, 0, null);
    if (page.nextCursor === null) return { organizationId, revision, changed, ...page };
  }
  // A complete snapshot: no changes were requested, they are not stored any more, or they do not fit into one page.
  return { organizationId, revision, changed: null, ...(await readPage(em, { ...scope, filter }, tableIndex, after)) };
}

/** The filter for changed ids: the rows of a grant, a team with its memberships, and the restrictions on a resource. */
function filterForChanges(ids: readonly string[]): SnapshotScope['filter'] {
  const idIn = (column: string, prefix: IdPrefix) => ({
    sql: `${column} = any(?::uuid[])`,
    parameters: [uuidList(ids.filter((id): id is Id => id.startsWith(`${prefix}_`)))],
  });
  return {
    teams: idIn('period.team_id', 'team'),
    restrictions: idIn('resource_id', 'res'),
    memberships: idIn('team_id', 'team'),
    grants: idIn('id', 'grt'),
  };
}

/** Reads one page. It starts in the first table, after the row with the key `after`. */
async function readPage(
  em: EntityManager,
  scope: SnapshotScope,
  firstTableIndex: number,
  after: string | null,
): Promise<SnapshotRows & { nextCursor: string | null }> {
  const rows = noRows();
  let remainingSize = SNAPSHOT_PAGE_SIZE;
  for (let tableIndex = firstTableIndex, key = after; tableIndex < snapshotTables.length; tableIndex += 1, key = null) {
    const { name, weight, select } = snapshotTables[tableIndex]!;
    // A row of this table uses `weight` rows of the page size.
    const limit = Math.floor(remainingSize / weight);
    // One row more than the limit shows that another page follows.
    const selected = await select(em, scope, key, limit + 1);
    const page = selected.slice(0, limit);
    (rows[name] as unknown[]).push(...page.map(({ row }) => row));
    const instant = scope.isPast ? scope.at.toISOString() : null;
    // A page that is already full has no row of this table; the next page then starts after the same key.
    if (selected.length > limit)
      return {
        ...rows,
        nextCursor: writeCursor([tableIndex, page.at(-1)?.key ?? key, instant] satisfies z.output<typeof Cursor>),
      };
    remainingSize -= page.length * weight;
  }
  return { ...rows, nextCursor: null };
}
