import { blockProduct, unblockProduct } from '@cordee/contracts/products/product';
import type { Input, Output } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { CUSTOMER_ORIGIN } from './block-origin.ts';
import { lockProduct } from './lock-product.ts';
import { selectProducts } from './select-products.ts';

@Controller()
export class ProductCommands {
  @Handles(blockProduct)
  async blockProduct(
    { organizationId, productId, reason }: Input<typeof blockProduct>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof blockProduct>> {
    const product = await lockProduct(em, organizationId, productId);
    // The statements are sent together and run in this order, so the view contains the new block.
    const [inserted, [view]] = await Promise.all([
      em.execute<unknown[]>(
        `insert into product_block (organization_id, product_id, origin, reason, set_by, set_at)
         values (?, ?, ?, ?, ?, ?)
         on conflict (organization_id, product_id, origin, reason) where lifted_at is null do nothing returning 1`,
        [toUuid(organizationId), toUuid(productId), CUSTOMER_ORIGIN, reason, accountId, now],
      ),
      selectProducts(em, organizationId, { ids: [productId] }),
    ]);
    if (inserted.length > 0) await publish(product.blocked(reason));
    return view!;
  }

  @Handles(unblockProduct)
  async unblockProduct(
    { organizationId, productId, reason }: Input<typeof unblockProduct>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof unblockProduct>> {
    const product = await lockProduct(em, organizationId, productId);
    const [lifted, [view]] = await Promise.all([
      em.execute<{ reason: string }[]>(
        `update product_block set lifted_at = ?, lifted_by = ?
         where organization_id = ? and product_id = ? and origin = ? and reason = coalesce(?, reason)
           and lifted_at is null
         returning reason`,
        [now, accountId, toUuid(organizationId), toUuid(productId), CUSTOMER_ORIGIN, reason ?? null],
      ),
      selectProducts(em, organizationId, { ids: [productId] }),
    ]);
    await publish(lifted.map((block) => product.unblocked(block.reason)));
    return view!;
  }
}
