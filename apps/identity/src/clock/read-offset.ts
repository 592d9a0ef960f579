import type { EntityManager } from '@mikro-orm/postgresql';

/** Reads how far the clock of all services is ahead of the system clock, in milliseconds. */
export async function readOffset(em: EntityManager, lockSql: '' | 'for update' = ''): Promise<number> {
  const [row] = await em.execute<{ offset_ms: string }[]>(`select offset_ms from clock ${lockSql}`);
  return Number(row!.offset_ms);
}
