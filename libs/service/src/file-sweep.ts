import { toUuid } from '@cordee/contracts/id';
import type { Sweep } from './jobs.ts';
import type { BackgroundTransactions } from './background-transactions.ts';

/** Longer than the slowest upload or download, and than a repeat with the same key. */
const KEEP_MS = 24 * 3_600_000;
const EVERY_MS = 3_600_000;

/** A column with ids of files that are kept. */
export type FileReferenceColumn = `${string}.${string}`;

/** Deletes files without a reference after a day: renderings, exports, imported and rejected uploads. */
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
