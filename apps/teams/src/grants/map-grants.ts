import type { EntityDictionary, EntityManager } from '@mikro-orm/postgresql';
import { Grant } from './grant.entity.ts';

/**
 * Converts rows to grants. The entity manager of the transaction does not track them: each published event would search
 * all of them for changes.
 */
export function mapGrants(em: EntityManager, rows: readonly EntityDictionary<Grant>[]): Grant[] {
  const untracked = em.fork();
  return rows.map((row) => untracked.map(Grant, row));
}
