import { DomainError } from '@cordee/contracts/domain-error';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { isOwnedBy } from './product-ownership.ts';
import { Product } from './product.entity.ts';

/** The product, locked: whatever changes it takes turns. Another organization's is as unknown as one that never was. */
export async function lockProduct(
  em: EntityManager,
  organizationId: `org_${string}`,
  id: `prd_${string}`,
): Promise<Product> {
  const product = await em.findOne(Product, { organizationId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  // Asked in a statement of its own: whoever was waited for may have transferred it.
  if (!product || !(await isOwnedBy(em, organizationId, id))) throw new DomainError('PRODUCT_NOT_FOUND');
  return product;
}
