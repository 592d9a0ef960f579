import type { EntityManager } from '@mikro-orm/postgresql';

/** Those who do what the words name take turns: waits for its turn, which lasts until the transaction ends. The words count within one service's database. */
export async function advisoryLock(em: EntityManager, words: string): Promise<void> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended(?, 0))`, [words]);
}

/** As `advisoryLock`, but does not wait; false when it is somebody else's turn. */
export async function tryAdvisoryLock(em: EntityManager, words: string): Promise<boolean> {
  const [lock] = await em.execute<{ taken: boolean }[]>(
    `select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as taken`,
    [words],
  );
  return lock!.taken;
}
