import { toUuid, type Id } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { objectEntry, upsertObjects, type OrganizationObject } from '../index/object-entry.ts';
import { runSql } from '../index/run-sql.ts';
import type { StemCache } from '../index/stem-cache.ts';
import { stemsOf } from '../index/stems-of.ts';
import type { ObjectKind } from './object-kinds.ts';

/** What an entry needs; the rest has an obvious beginning. */
export type IndexedObject = Pick<OrganizationObject, 'title' | 'audiences' | 'revision'> &
  Partial<Pick<OrganizationObject, 'body' | 'codes' | 'addresses' | 'facets' | 'occurredAt'>> & {
    organizationId: `org_${string}`;
    id: Id;
    kind: ObjectKind;
  };

/** Puts an object into the index, or what is new about it. */
export async function indexObject(em: EntityManager, stems: StemCache, object: IndexedObject): Promise<void> {
  const entry = objectEntry({
    body: '',
    codes: [],
    addresses: [],
    facets: {},
    occurredAt: null,
    ...object,
    organizationId: toUuid(object.organizationId),
    id: toUuid(object.id),
  });
  const { sql, parameters } = upsertObjects([entry], await stemsOf(em, stems, entry.vector.forms));
  await runSql(em, sql, parameters);
}

/** Takes it out. */
export async function removeObject(em: EntityManager, organizationId: `org_${string}`, id: Id): Promise<void> {
  await em.execute(`delete from object_entry where organization_id = ? and id = ?`, [
    toUuid(organizationId),
    toUuid(id),
  ]);
}

/** Takes out a product and what is in it. */
export async function removeProductObjects(
  em: EntityManager,
  organizationId: `org_${string}`,
  productId: `prd_${string}`,
): Promise<void> {
  await em.execute(`delete from object_entry where organization_id = ? and (id = ? or facets ->> 'productId' = ?)`, [
    toUuid(organizationId),
    toUuid(productId),
    productId,
  ]);
}
