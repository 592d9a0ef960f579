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

/** Where a page ended: the kind of row, the key of the last one (null: before the first), and the instant that is asked about, null for today. */
const Place = z.tuple([
  z
    .int()
    .min(0)
    .max(snapshotTables.length - 1),
  z.union([z.uuid(), z.string().regex(/^\d{1,18}$/), z.null()]),
  z.iso.datetime().nullable(),
]);

type Snapshot = Output<typeof getGrantSnapshot>;

/** The access facts of an organization: all of them, those that have changed since a revision, or as they were at an instant (ACC-2, ACC-3); for a question about somebody or something, no more than it needs. */
export async function selectSnapshot(
  em: EntityManager,
  now: Date,
  { organizationId, since, at, about, cursor }: Input<typeof getGrantSnapshot>,
): Promise<Snapshot> {
  const [kind, after, instant] = readCursor(Place, cursor, 'INPUT_INVALID') ?? [0, null, at ?? null];
  const only = since === undefined ? filterForQuestion(organizationId, about) : undefined;
  if (instant !== null) {
    const page = await readPage(em, { organizationId, at: new Date(instant), isPast: true, only }, kind, after);
    return { organizationId, revision: 0, changed: null, ...page };
  }
  // Before the rows: they may be newer than the revision says, never older.
  const { revision, changed } = await readChanges(em, organizationId, cursor === undefined ? since : undefined);
  const scope = { organizationId, at: now, isPast: false };
  if (changed !== null && changed.length <= SNAPSHOT_PAGE_SIZE) {
    const page =
      changed.length === 0
        ? { ...noRows(), nextCursor: null }
        : await readPage(em, { ...scope, only: rowsOf(changed), withEnded: true }, 0, null);
    if (page.nextCursor === null) return { organizationId, revision, changed, ...page };
  }
  // Too much has changed for one message: everything is asked for instead, page by page.
  return { organizationId, revision, changed: null, ...(await readPage(em, { ...scope, only }, kind, after)) };
}

/** A team brings its row and who is in it, a grant its row, a resource what is restricted on it. */
function rowsOf(ids: readonly string[]): SnapshotScope['only'] {
  const within = (column: string, prefix: IdPrefix) => ({
    sql: `${column} = any(?::uuid[])`,
    parameters: [uuidList(ids.filter((id): id is Id => id.startsWith(`${prefix}_`)))],
  });
  return {
    teams: within('place.team_id', 'team'),
    restrictions: within('resource_id', 'res'),
    memberships: within('team_id', 'team'),
    grants: within('id', 'grt'),
  };
}

/** The rows from a place on, as many as make a page. */
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
    const taken = found.slice(0, limit);
    (rows[name] as unknown[]).push(...taken.map(({ row }) => row));
    const ended = scope.isPast ? scope.at.toISOString() : null;
    if (found.length > limit)
      return {
        ...rows,
        nextCursor: writeCursor([kind, taken.at(-1)?.key ?? key, ended] satisfies z.output<typeof Place>),
      };
    room -= taken.length * weight;
  }
  return { ...rows, nextCursor: null };
}
