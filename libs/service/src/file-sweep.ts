import { toId, toUuid } from '@cordee/contracts/id';
import type { DueRow, Sweep } from './jobs.ts';
import type { Clock } from './clock.ts';
import type { Work } from './work.ts';

/** Long enough for the slowest upload and download, and for a repeat with the same key. */
const KEEP_MS = 24 * 3_600_000;
const EVERY_MS = 3_600_000;
const BATCH = 500;

/** A column that holds the ids of files that stay. */
export type FileReferenceColumn = `${string}.${string}`;

/** Drops files that nothing refers to after a day: renderings and exports, which are made anew, uploads that were taken in, and those that were refused. */
export function fileSweep(work: Work, clock: Clock, references: readonly FileReferenceColumn[]): Sweep {
  const isLeftover = ['created_at < ?', ...references.map((column) => `not exists (select from ${column.split('.')[0]} where ${column} = file.id)`)].join(' and ');
  const before = (): Date => new Date(clock.now().getTime() - KEEP_MS);
  return {
    name: 'drop-files',
    everyMs: EVERY_MS,
    findDue: () =>
      work.asSweep(async ({ em }): Promise<DueRow[]> => {
        const rows = await em.execute<{ organization_id: string; id: string }[]>(`select organization_id, id from file where ${isLeftover} order by created_at limit ?`, [before(), BATCH]);
        return rows.map(({ organization_id, id }) => ({ organizationId: toId('org', organization_id), id: toId('fil', id) }));
      }),
    work: ({ organizationId, id }) =>
      work.asSweep(async ({ em }) => {
        await em.execute(`delete from file where organization_id = ? and id = ? and ${isLeftover}`, [toUuid(organizationId), toUuid(id as `fil_${string}`), before()]);
      }),
  };
}
