import { newId } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Product } from '../products/product.entity.ts';
import { Resource } from './resource.entity.ts';

/** Creates the first resource of new products, named like the product: the site of a hosting, the root of a drive. */
export async function addInitialResources(
  em: EntityManager,
  organizationId: `org_${string}`,
  products: readonly Product[],
  now: Date,
): Promise<Resource[]> {
  const types = await em.execute<{ key: string; first_resource_kind: string }[]>(
    `select key, first_resource_kind from product_type where first_resource_kind is not null`,
  );
  const kindByType = new Map(types.map(({ key, first_resource_kind }) => [key, first_resource_kind]));
  return products.flatMap(({ id, type, name }) => {
    const kind = kindByType.get(type);
    return kind
      ? [em.create(Resource, { organizationId, id: newId('res', now), productId: id, kind, name, createdAt: now })]
      : [];
  });
}
