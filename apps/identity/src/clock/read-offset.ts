import type { EntityManager } from '@mikro-orm/postgresql';

/** How far the clock of all services runs ahead of the machine's, in milliseconds. */
export async function readOffset(em: EntityManager, lock: '' | 'for update' = ''): Promise<number> {
  const [row] = await em.execute<{ offset_ms: string }[]>(`select offset_ms from clock ${lock}`);
  return Number(row!.offset_ms);
}
