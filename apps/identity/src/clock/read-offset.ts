import type { EntityManager } from '@mikro-orm/postgresql';

/** The offset of the clock of all services to the system clock, in milliseconds. */
export async function readOffset(em: EntityManager, lock: '' | 'for update' = ''): Promise<number> {
  const [row] = await em.execute<{ offset_ms: string }[]>(`select offset_ms from clock ${lock}`);
  return Number(row!.offset_ms);
}
