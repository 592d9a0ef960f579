import { orderPaid } from '@cordee/contracts/billing/order';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventData } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { addInitialResources } from '../resources/initial-resources.ts';
import { startFirstOwnerships } from './product-ownership.ts';
import { Product } from './product.entity.ts';

@Controller()
export class ProductReactions {
  /** Creates a product per paid order line. A line contains the product id, so a repeated line creates no product. */
  @Consumes(orderPaid)
  async createProducts(
    { data }: CloudEvent<EventData<typeof orderPaid>>,
    { em, now, publish }: ReactionContext,
  ): Promise<void> {
    const { organizationId, orderId, lines } = data;
    const rows = await em.execute<{ id: string }[]>(
      `insert into product (organization_id, id, order_id, type, name, created_at)
       select ?, line.id, ?, line.type, line.name, ?
       from jsonb_to_recordset(?::jsonb) as line (id uuid, type text, name text)
       on conflict do nothing returning id`,
      [
        toUuid(organizationId),
        toUuid(orderId),
        now,
        JSON.stringify(lines.map(({ productId, type, name }) => ({ id: toUuid(productId), type, name }))),
      ],
    );
    const insertedIds = new Set(rows.map(({ id }) => id));
    const lineByProductId = new Map(lines.map((line) => [line.productId, line]));
    const createdProducts = await em.find(
      Product,
      { organizationId, id: { $in: [...lineByProductId.keys()].filter((id) => insertedIds.has(toUuid(id))) } },
      { orderBy: { id: 'asc' } },
    );
    await startFirstOwnerships(
      em,
      organizationId,
      createdProducts.map(({ id }) => id),
      now,
    );
    for (const product of createdProducts) {
      const { interval, periodStart, price, isAutomaticRenewal, isWarranted } = lineByProductId.get(product.id)!;
      await publish(
        product.created({ interval, periodStart, currency: price.currency, isAutomaticRenewal, isWarranted }),
      );
    }
    for (const resource of await addInitialResources(em, organizationId, createdProducts, now))
      await publish(resource.added());
  }
}
