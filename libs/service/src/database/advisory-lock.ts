import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Takes the advisory lock of a key until the transaction ends, and waits for it. Keys are per database of a service.
 */
export async function advisoryLock(em: EntityManager, key: string): Promise<void> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended(?, 0))`, [key]);
}

/** As `advisoryLock`, without waiting; false when another transaction has the lock. */
export async function tryAdvisoryLock(em: EntityManager, key: string): Promise<boolean> {
  const [lock] = await em.execute<{ taken: boolean }[]>(
    `select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as taken`,
    [key],
  );
  return lock!.taken;
}
