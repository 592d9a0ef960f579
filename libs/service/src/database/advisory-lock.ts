import type { EntityManager } from '@mikro-orm/postgresql';
import { sendAhead } from './orm.ts';

/**
 * Waits for the advisory lock of a key, and keeps the lock until the transaction ends. Each service has its own keys,
 * because each service has its own database. PostgreSQL locks a number: the hash of the key with the seed 0.
 */
export async function advisoryLock(em: EntityManager, key: string): Promise<void> {
  await em.execute(`select pg_advisory_xact_lock(hashtextextended(?, 0))`, [key]);
}

/** Like `advisoryLock`, but sent ahead: the statements that follow wait. */
export function advisoryLockAhead(em: EntityManager, key: string): void {
  sendAhead(em, `select pg_advisory_xact_lock(hashtextextended(?, 0))`, [key]);
}

/**
 * Sends a shared lock of a key ahead: the statements that follow wait until no other transaction has the lock of
 * `advisoryLock`. Transactions with the shared lock do not wait for each other.
 */
export function sharedAdvisoryLockAhead(em: EntityManager, key: string): void {
  sendAhead(em, `select pg_advisory_xact_lock_shared(hashtextextended(?, 0))`, [key]);
}

/** Like `advisoryLock`, but does not wait. Returns false when another transaction has the lock. */
export async function tryAdvisoryLock(em: EntityManager, key: string): Promise<boolean> {
  const [lock] = await em.execute<{ taken: boolean }[]>(
    `select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as taken`,
    [key],
  );
  return lock!.taken;
}
