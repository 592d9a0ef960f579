import { toUuid } from '@cordee/contracts/id';
import type { Sweep } from './jobs.ts';
import type { BackgroundTransactions } from './background-transactions.ts';

/**
 * How long a file without a reference is kept. This is longer than the slowest upload or download takes, and as long as
 * the reply of a call is stored under its idempotency key.
 */
const KEEP_MS = 24 * 3_600_000;
const EVERY_MS = 3_600_000;

/** A column, as `table.column`, with the ids of files that are kept. */
export type FileReferenceColumn = `${string}.${string}`;

/**
 * Creates the sweep that deletes files without a reference after a day: renderings, exports, imported and rejected
 * uploads.
 */
export function fileSweep(
  background: BackgroundTransactions,
  references: readonly FileReferenceColumn[],
): Sweep<`fil_${string}`> {
  /** SQL that is true for a file without a reference that was created before the time in the parameter. */
  const deletableCondition = [
    'created_at < ?',
    ...references.map((reference) => {
      const [table] = reference.split('.');
      return `not exists (select from ${table} where ${reference} = file.id)`;
    }),
  ].join(' and ');
  const latestCreation = (now: Date): Date => new Date(now.getTime() - KEEP_MS);
  return {
    name: 'drop-files',
    everyMs: EVERY_MS,
    findDue: () =>
      background.findDue(
        'fil',
        `select organization_id, id from file where ${deletableCondition} order by created_at`,
        (now) => [latestCreation(now)],
      ),
    work: ({ organizationId, id }) =>
      background.asSystem(async ({ em, now }) => {
        // The condition is checked again, because a reference may have been added since the search.
        await em.execute(`delete from file where organization_id = ? and id = ? and ${deletableCondition}`, [
          toUuid(organizationId),
          toUuid(id),
          latestCreation(now),
        ]);
      }),
  };
}
