import { toUuid, type Id } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { objectEntry, upsertObjects, type OrganizationObject } from '../index/object-entry.ts';
import { executeBound } from '@cordee/service/database/orm';
import type { StemCache } from '../index/stem-cache.ts';
import { loadStems } from '../index/load-stems.ts';
import type { ObjectKind } from './object-kinds.ts';

/** An object to index; omitted fields are empty. */
export type IndexedObject = Pick<OrganizationObject, 'title' | 'aclTokens' | 'revision'> &
  Partial<Pick<OrganizationObject, 'body' | 'namesAndNumbers' | 'addresses' | 'facets' | 'occurredAt'>> & {
    organizationId: `org_${string}`;
    id: Id;
    kind: ObjectKind;
  };

/** Inserts or updates the index entry of an object. */
export async function indexObject(em: EntityManager, stemCache: StemCache, object: IndexedObject): Promise<void> {
  const entry = objectEntry({
    body: '',
    namesAndNumbers: [],
    addresses: [],
    facets: {},
    occurredAt: null,
    ...object,
    organizationId: toUuid(object.organizationId),
    id: toUuid(object.id),
  });
  const { sql, parameters } = upsertObjects([entry], await loadStems(em, stemCache, entry.vector.forms));
  await executeBound(em, sql, parameters);
}

export async function removeObject(em: EntityManager, organizationId: `org_${string}`, id: Id): Promise<void> {
  await em.execute(`delete from object_entry where organization_id = ? and id = ?`, [
    toUuid(organizationId),
    toUuid(id),
  ]);
}

/** Removes the index entries of a product and of its resources. */
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
