import { DomainError } from '@cordee/contracts/domain-error';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { isOwnedBy } from './product-ownership.ts';
import { Product } from './product.entity.ts';

/** Locks a product of the organization, to serialize its changes. A product of another organization is not found. */
export async function lockProduct(
  em: EntityManager,
  organizationId: `org_${string}`,
  id: `prd_${string}`,
): Promise<Product> {
  const product = await em.findOne(Product, { organizationId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  // Checks the ownership in a statement after the lock: the previous lock holder may have transferred the product.
  if (!product || !(await isOwnedBy(em, organizationId, id))) throw new DomainError('PRODUCT_NOT_FOUND');
  return product;
}
