import { SNAPSHOT_PAGE_SIZE } from '@cordee/contracts/access-snapshot';
import type { Input, Output } from '@cordee/contracts/contract';
import type { Id, IdPrefix } from '@cordee/contracts/id';
import type { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { Instant } from '@cordee/contracts/values';
import { readChanges } from '@cordee/service/database/access-revisions';
import { uuidList } from '@cordee/service/database/sql-values';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { filterForQuestion } from './snapshot-filter.ts';
import { selectPackedGrants } from './select-packed-grants.ts';
import { selectPage } from './select-snapshot-rows.ts';
import { snapshotTables, noRows, type SnapshotRows, type SnapshotScope } from './snapshot-tables.ts';

/**
 * The position of a page: the index of the table, the key of the last row read from this table (null before the first
 * row), and the past instant of the snapshot (null for the current state).
 */
const Cursor = z
  .tuple([
    z
      .int()
      .min(0)
      .max(snapshotTables.length - 1),
    z.string().nullable(),
    Instant.nullable(),
  ])
  .refine(
    ([tableIndex, key]) => key === null || keySchemas[snapshotTables[tableIndex]!.key.type].safeParse(key).success,
  );
const keySchemas = { uuid: z.uuid(), bigint: z.string().regex(/^\d{1,18}$/) };

/** A cursor in the last table continues a complete snapshot after all rows of the other tables. */
const LAST_TABLE = snapshotTables.length - 1;

type Snapshot = Output<typeof getGrantSnapshot>;

/**
 * Selects the access snapshot of an organization: the current state, the changes since a revision, or the state at a
 * past instant (ACC-2, ACC-3). With `about`, the snapshot has only the rows that the question needs.
 */
export async function selectSnapshot(
  em: EntityManager,
  now: Date,
  { organizationId, since, at, about, cursor, mayPack }: Input<typeof getGrantSnapshot>,
): Promise<Snapshot> {
  const [tableIndex, afterKey, instant] = readCursor(Cursor, cursor, 'INPUT_INVALID') ?? [0, null, at ?? null];
  const filter = since === undefined ? filterForQuestion(organizationId, about) : undefined;
  if (instant !== null) {
    const page = await readPage(
      em,
      { organizationId, at: new Date(instant), isPast: true, filter },
      tableIndex,
      afterKey,
    );
    // A past state has no revision.
    return { organizationId, changed: null, ...page, revision: 0 };
  }
  const scope = { organizationId, at: now, isPast: false };
  if (mayPack && tableIndex === LAST_TABLE) {
    const { packedGrants, revision, nextKey } = await selectPackedGrants(em, { ...scope, filter }, afterKey);
    const nextCursor = nextKey && writeCursor([LAST_TABLE, nextKey, null] satisfies z.output<typeof Cursor>);
    return { organizationId, changed: null, ...noRows(), packedGrants, revision, nextCursor };
  }
  // A cursor continues a complete snapshot, so `since` does not apply to it.
  const changes = since === undefined || cursor !== undefined ? undefined : await readChangedRows(em, scope, since);
  // Returns a complete snapshot when no changes were requested, or when `readChangedRows` returns none.
  return (
    changes ?? { organizationId, changed: null, ...(await readPage(em, { ...scope, filter }, tableIndex, afterKey)) }
  );
}

/**
 * Reads the rows that changed since a revision; undefined when the changes are not stored any more or do not fit into
 * one page. The revision is read before the rows, so that rows may be newer than the revision but never older.
 */
async function readChangedRows(
  em: EntityManager,
  scope: SnapshotScope & { at: Date },
  since: number,
): Promise<Snapshot | undefined> {
  const { organizationId } = scope;
  const { revision, changed } = await readChanges(em, organizationId, since);
  if (changed === null || changed.length > SNAPSHOT_PAGE_SIZE) return undefined;
  if (changed.length === 0) return { organizationId, revision, changed, ...noRows(), nextCursor: null };
  // Starts at the first row of the first table. The page includes ended grants, so that the caches remove them.
  const page = await readPage(em, { ...scope, filter: filterForChanges(changed), withEnded: true }, 0, null);
  return page.nextCursor === null ? { organizationId, changed, ...page, revision } : undefined;
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

/** Reads one page, which starts in the table with the index `tableIndex`, after the row with the key `afterKey`. */
async function readPage(
  em: EntityManager,
  scope: SnapshotScope & { at: Date },
  tableIndex: number,
  afterKey: string | null,
): Promise<SnapshotRows & { revision: number; nextCursor: string | null }> {
  const { next, ...page } = await selectPage(em, scope, { tableIndex, afterKey, size: SNAPSHOT_PAGE_SIZE });
  const instant = scope.isPast ? scope.at.toISOString() : null;
  return {
    ...page,
    nextCursor: next && writeCursor([next.tableIndex, next.afterKey, instant] satisfies z.output<typeof Cursor>),
  };
}
