import { toUuid } from '@cordee/contracts/id';
import type { Sweep } from './jobs.ts';
import type { BackgroundTransactions } from './background-transactions.ts';

/** Long enough for the slowest upload and download, and for a repeat with the same key. */
const KEEP_MS = 24 * 3_600_000;
const EVERY_MS = 3_600_000;

/** A column that holds the ids of files that stay. */
export type FileReferenceColumn = `${string}.${string}`;

/** Drops files that nothing refers to after a day: renderings and exports, which are made anew, uploads that were taken in, and those that were refused. */
export function fileSweep(
  background: BackgroundTransactions,
  references: readonly FileReferenceColumn[],
): Sweep<`fil_${string}`> {
  const isLeftover = [
    'created_at < ?',
    ...references.map((column) => `not exists (select from ${column.split('.')[0]} where ${column} = file.id)`),
  ].join(' and ');
  const before = (now: Date): Date => new Date(now.getTime() - KEEP_MS);
  return {
    name: 'drop-files',
    everyMs: EVERY_MS,
    findDue: () =>
      background.findDue(
        'fil',
        `select organization_id, id from file where ${isLeftover} order by created_at`,
        (now) => [before(now)],
      ),
    work: ({ organizationId, id }) =>
      background.asSystem(async ({ em, now }) => {
        await em.execute(`delete from file where organization_id = ? and id = ? and ${isLeftover}`, [
          toUuid(organizationId),
          toUuid(id),
          before(now),
        ]);
      }),
  };
}
