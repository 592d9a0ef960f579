import { DomainError } from '@cordee/contracts/domain-error';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { ProductType } from './product-type.entity.ts';

/** The product type, locked: whatever changes it, its rights or its prices takes turns. */
export async function lockProductType(em: EntityManager, key: string): Promise<ProductType> {
  const type = await em.findOne(ProductType, { key }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!type) throw new DomainError('PRODUCT_TYPE_NOT_FOUND');
  return type;
}
