import type { EntityDictionary, EntityManager } from '@mikro-orm/postgresql';
import { Grant } from './grant.entity.ts';

/**
 * Converts rows to grants. The entity manager of the transaction does not track these grants, because each published
 * event would search all tracked grants for changes.
 */
export function mapGrants(em: EntityManager, rows: readonly EntityDictionary<Grant>[]): Grant[] {
  const separateManager = em.fork();
  return rows.map((row) => separateManager.map(Grant, row));
}
