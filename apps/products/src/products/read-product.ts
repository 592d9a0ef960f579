import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ResourceView } from '../resources/resource.entity.ts';
import { resourcesOfProductSql, viewResource, type ResourceRow } from '../resources/select-resources.ts';
import { isOwnedSql } from './product-ownership.ts';
import { productColumnsSql, viewProduct, type ProductRow, type ProductView } from './select-products.ts';

/** Reads a product that the organization owns now, with its resources, oldest first. */
export async function readProduct(
  em: EntityManager,
  organizationId: `org_${string}`,
  productId: `prd_${string}`,
): Promise<{ product: ProductView; resources: ResourceView[] } | undefined> {
  const [row] = await em.execute<(ProductRow & { resources: ResourceRow[] })[]>(
    `select ${productColumnsSql}, ${resourcesOfProductSql} as resources
     from product join product_type type on type.key = product.type
     where product.organization_id = ? and product.id = ? and ${isOwnedSql}`,
    [toUuid(organizationId), toUuid(productId)],
  );
  return row && { product: viewProduct(row), resources: row.resources.map(viewResource) };
}
