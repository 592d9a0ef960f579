import { CHANGES_KEPT_MS } from './database/access-revisions.ts';
import { IDEMPOTENCY_KEPT_MS } from './idempotency.ts';
import type { BackgroundTransactions } from './background-transactions.ts';
import type { ExpiringRows } from './service-definition.ts';

const EVERY_MS = 3_600_000;

/** Deletes expired rows once an hour. Returns a function that stops the timer. */
export function startHousekeeping(
  background: BackgroundTransactions,
  expiringRows: readonly ExpiringRows[],
  logError: (error: unknown, where: string) => void,
): () => void {
  const deleteExpiredRows = (): Promise<void> =>
    background
      .asSystem(async ({ em, now }) => {
        await em.execute(`delete from idempotency_key where created_at < ?`, [
          new Date(now.getTime() - IDEMPOTENCY_KEPT_MS),
        ]);
        await em.execute(`delete from access_change where changed_at < ?`, [new Date(now.getTime() - CHANGES_KEPT_MS)]);
        for (const { table, column, keptMs } of expiringRows)
          await em.execute(`delete from ${table} where ${column} < ?`, [new Date(now.getTime() - keptMs)]);
        // Leases use the real time of the database, which no test moves.
        await em.execute(`delete from access_lease where expires_at < clock_timestamp() - interval '1 minute'`);
      })
      .catch((error: unknown) => logError(error, 'housekeeping'));
  const timer = setInterval(() => void deleteExpiredRows(), EVERY_MS);
  timer.unref();
  void deleteExpiredRows();
  return () => clearInterval(timer);
}
