import type { EntityManager } from '@mikro-orm/postgresql';
import { executeBound } from '@cordee/service/database/orm';
import type { StemCache } from './stem-cache.ts';
import type { Stems } from './word-forms.ts';

/** Loads stems in the transaction of the EntityManager. */
export const loadStems = (em: EntityManager, stemCache: StemCache, forms: Iterable<string>): Promise<Stems> =>
  stemCache.stemsOf((sql, parameters) => executeBound(em, sql, parameters), forms);
