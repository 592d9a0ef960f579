import { listPrices } from '@cordee/contracts/products/price';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller } from '@nestjs/common';
import { ProductType } from './product-type.entity.ts';
import { PriceKey, selectPrices } from './select-prices.ts';

@Controller()
export class PriceQueries {
  @Handles(listPrices)
  async listPrices(
    { type, limit, cursor }: Input<typeof listPrices>,
    { em }: QueryContext,
  ): Promise<Output<typeof listPrices>> {
    const after = readCursor(PriceKey, cursor);
    const [typeCount, versions] = await Promise.all([
      em.count(ProductType, { key: type }),
      selectPrices(em, type, { after, limit: limit + 1 }),
    ]);
    if (typeCount === 0) throw new DomainError('PRODUCT_TYPE_NOT_FOUND');
    const { rows, nextCursor } = cutPage(versions, limit, ({ price, interval, validFrom }) => [
      price.currency,
      interval,
      validFrom,
    ]);
    return { data: rows, nextCursor };
  }
}
