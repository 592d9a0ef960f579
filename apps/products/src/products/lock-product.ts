import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isOwnedBy } from './product-ownership.ts';
import { Product } from './product.entity.ts';

/** Locks a product of the organization, to serialize its changes. A product of another organization is not found. */
export async function lockProduct(
  em: EntityManager,
  organizationId: `org_${string}`,
  id: `prd_${string}`,
): Promise<Product> {
  // The lock is sent ahead of both reads, because the transaction that had the lock may have transferred the product.
  sendAhead(em, `select from product where organization_id = ? and id = ? for update`, [
    toUuid(organizationId),
    toUuid(id),
  ]);
  const [product, isOwned] = await Promise.all([
    em.findOne(Product, { organizationId, id }, { refresh: true }),
    isOwnedBy(em, organizationId, id),
  ]);
  if (!product || !isOwned) throw new DomainError('PRODUCT_NOT_FOUND');
  return product;
}
