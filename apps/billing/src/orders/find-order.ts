import { DomainError } from '@cordee/contracts/domain-error';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Order } from './order.entity.ts';

export async function findOrder(
  em: EntityManager,
  { organizationId, orderId }: { organizationId: `org_${string}`; orderId: `ord_${string}` },
): Promise<Order> {
  const order = await em.findOne(Order, { organizationId, id: orderId }, { refresh: true });
  if (!order) throw new DomainError('ORDER_NOT_FOUND');
  return order;
}
