import { blockProduct, unblockProduct } from '@cordee/contracts/products/product';
import type { Input, Output } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { BLOCKED_BY_CUSTOMER } from './block-origin.ts';
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
    const inserted = await em.execute<unknown[]>(
      `insert into product_block (organization_id, product_id, origin, reason, set_by, set_at)
       values (?, ?, ?, ?, ?, ?)
       on conflict (organization_id, product_id, origin, reason) where lifted_at is null do nothing returning 1`,
      [toUuid(organizationId), toUuid(productId), BLOCKED_BY_CUSTOMER, reason, accountId, now],
    );
    if (inserted.length > 0) await publish(product.blocked(reason));
    const [view] = await selectProducts(em, organizationId, { ids: [productId] });
    return view!;
  }

  @Handles(unblockProduct)
  async unblockProduct(
    { organizationId, productId, reason }: Input<typeof unblockProduct>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof unblockProduct>> {
    const product = await lockProduct(em, organizationId, productId);
    const lifted = await em.execute<{ reason: string }[]>(
      `update product_block set lifted_at = ?, lifted_by = ?
       where organization_id = ? and product_id = ? and origin = ? and reason = coalesce(?, reason)
         and lifted_at is null
       returning reason`,
      [now, accountId, toUuid(organizationId), toUuid(productId), BLOCKED_BY_CUSTOMER, reason ?? null],
    );
    for (const block of lifted) await publish(product.unblocked(block.reason));
    const [view] = await selectProducts(em, organizationId, { ids: [productId] });
    return view!;
  }
}
