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
 * The position of a page: the index of the table, the key of its last row (null before the first), and the past instant
 * of the question (null for now).
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
 * The access snapshot of an organization: complete, the changes since a revision, or at a past instant (ACC-2, ACC-3).
 * A question limits it to the rows that matter.
 */
export async function selectSnapshot(
  em: EntityManager,
  now: Date,
  { organizationId, since, at, about, cursor }: Input<typeof getGrantSnapshot>,
): Promise<Snapshot> {
  const [kind, after, instant] = readCursor(Cursor, cursor, 'INPUT_INVALID') ?? [0, null, at ?? null];
  const filter = since === undefined ? filterForQuestion(organizationId, about) : undefined;
  if (instant !== null) {
    const page = await readPage(em, { organizationId, at: new Date(instant), isPast: true, filter }, kind, after);
    return { organizationId, revision: 0, changed: null, ...page };
  }
  // Read before the rows, so that rows may be newer than the revision and never older.
  const { revision, changed } = await readChanges(em, organizationId, cursor === undefined ? since : undefined);
  const scope = { organizationId, at: now, isPast: false };
  if (changed !== null && changed.length <= SNAPSHOT_PAGE_SIZE) {
    const page =
      changed.length === 0
        ? { ...noRows(), nextCursor: null }
        : await readPage(em, { ...scope, filter: rowsOf(changed), withEnded: true }, 0, null);
    if (page.nextCursor === null) return { organizationId, revision, changed, ...page };
  }
  // The changes do not fit into one page, so the answer is a complete snapshot.
  return { organizationId, revision, changed: null, ...(await readPage(em, { ...scope, filter }, kind, after)) };
}

/** A changed team selects its row and memberships, a grant its row, a resource its restrictions. */
function rowsOf(ids: readonly string[]): SnapshotScope['filter'] {
  const within = (column: string, prefix: IdPrefix) => ({
    sql: `${column} = any(?::uuid[])`,
    parameters: [uuidList(ids.filter((id): id is Id => id.startsWith(`${prefix}_`)))],
  });
  return {
    teams: within('period.team_id', 'team'),
    restrictions: within('resource_id', 'res'),
    memberships: within('team_id', 'team'),
    grants: within('id', 'grt'),
  };
}

/** Reads one page from a position. */
async function readPage(
  em: EntityManager,
  scope: SnapshotScope,
  from: number,
  after: string | null,
): Promise<SnapshotRows & { nextCursor: string | null }> {
  const rows = noRows();
  let room = SNAPSHOT_PAGE_SIZE;
  for (let kind = from, key = after; kind < snapshotTables.length; kind += 1, key = null) {
    const { name, weight, select } = snapshotTables[kind]!;
    const limit = Math.floor(room / weight);
    const found = await select(em, scope, key, limit + 1);
    const page = found.slice(0, limit);
    (rows[name] as unknown[]).push(...page.map(({ row }) => row));
    const instant = scope.isPast ? scope.at.toISOString() : null;
    if (found.length > limit)
      return {
        ...rows,
        nextCursor: writeCursor([kind, page.at(-1)?.key ?? key, instant] satisfies z.output<typeof Cursor>),
      };
    room -= page.length * weight;
  }
  return { ...rows, nextCursor: null };
}
