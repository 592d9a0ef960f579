import { DomainError } from '@cordee/contracts/domain-error';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { ProductType } from './product-type.entity.ts';

/** Locks a product type, to serialize changes of the type, its rights and its prices. */
export async function lockProductType(em: EntityManager, key: string): Promise<ProductType> {
  const type = await em.findOne(ProductType, { key }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!type) throw new DomainError('PRODUCT_TYPE_NOT_FOUND');
  return type;
}
