import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isOwnedSql } from '../products/product-ownership.ts';
import type { TransferableProduct } from './retained-users.ts';

/** Finds a product that the organization owns now, with the retained rights of its type. */
export async function findOwnedProduct(
  em: EntityManager,
  organizationId: `org_${string}`,
  productId: `prd_${string}`,
): Promise<(TransferableProduct & { name: string }) | undefined> {
  const [row] = await em.execute<{ type: string; name: string; retained_rights: string[] }[]>(
    `select product.type, product.name, type.retained_rights
     from product join product_type type on type.key = product.type
     where product.organization_id = ? and product.id = ? and ${isOwnedSql}`,
    [toUuid(organizationId), toUuid(productId)],
  );
  return row && { productId, type: row.type, name: row.name, retainedRights: row.retained_rights };
}
