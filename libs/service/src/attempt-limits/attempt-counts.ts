import { advisoryLockAhead } from '../database/advisory-lock.ts';
import { sendAhead } from '../database/orm.ts';
import type { ExpiringRows } from '../service-definition.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { nextAttemptAt, type AttemptCount, type AttemptLimit } from './attempt-limit.ts';

/** Attempts with the same key are counted together. */
export interface CountedKey {
  /** The key is a hash, so that the table contains no addresses. */
  key: string;
  limit: AttemptLimit;
}

/** The table of a service that counts attempts. */
export const attemptCountTable = `
create table attempt_count (
  -- A hash of a mail address, a network, a person or another caller.
  key text primary key,
  -- The attempts that were not forgotten at the last attempt.
  level double precision not null,
  last_at timestamptz(3) not null
);
create index attempt_count_age on attempt_count (last_at);
`;

/** Rows are deleted after two days. All limits forget their attempts earlier. */
export const expiringAttemptCounts: ExpiringRows = {
  table: 'attempt_count',
  column: 'last_at',
  keptMs: 2 * 86_400_000,
};

/**
 * Serializes the attempts of each key, so that concurrent attempts are counted too: the next statement waits until
 * other transactions have released the locks. Call it before `nextAttemptOf`. All commands of a service take these
 * locks and their locks of rows in one order, the key of a network last, so that two transactions do not deadlock.
 */
export function lockAttempts(em: EntityManager, keys: readonly CountedKey[]): void {
  for (const { key } of keys) advisoryLockAhead(em, `attempts ${key}`);
}

/** The time of the next attempt that the counts of all keys allow; null means immediately. */
export async function nextAttemptOf(em: EntityManager, keys: readonly CountedKey[]): Promise<Date | null> {
  const rows = await em.execute<{ key: string; level: number; last_at: string }[]>(
    `select key, level, last_at from attempt_count where key = any (?::text[])`,
    [`{${keys.map(({ key }) => key).join(',')}}`],
  );
  const nextAttempts = rows.flatMap((row) => {
    const count: AttemptCount = { level: row.level, lastAt: new Date(row.last_at) };
    return nextAttemptAt(keys.find(({ key }) => key === row.key)!.limit, count) ?? [];
  });
  return nextAttempts.reduce<Date | null>((latest, next) => (latest && latest >= next ? latest : next), null);
}

/** Counts one attempt for each key. */
export function countAttempts(em: EntityManager, keys: readonly CountedKey[], now: Date): void {
  for (const { key, limit } of keys)
    sendAhead(
      em,
      `insert into attempt_count (key, level, last_at) values (?, 1, ?)
       on conflict (key) do update set
         level = 1 + greatest(0, attempt_count.level
           - greatest(0, extract(epoch from excluded.last_at - attempt_count.last_at)) * 1000 / ?::double precision),
         last_at = greatest(attempt_count.last_at, excluded.last_at)`,
      [key, now, limit.forgetMs],
    );
}

/** Forgets all attempts of the keys. */
export function forgetAttempts(em: EntityManager, keys: readonly CountedKey[]): void {
  for (const { key } of keys) sendAhead(em, `delete from attempt_count where key = ?`, [key]);
}

/** The seconds until the next attempt, for `Retry-After`. */
export const retryAfterOf = (nextAttempt: Date, now: Date): number =>
  Math.max(1, Math.ceil((nextAttempt.getTime() - now.getTime()) / 1_000));
