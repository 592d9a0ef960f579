import { listPrices } from '@cordee/contracts/products/price';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { ProductType } from './product-type.entity.ts';
import { selectPrices } from './select-prices.ts';

@Controller()
export class PriceQueries {
  @Handles(listPrices)
  async listPrices({ type }: Input<typeof listPrices>, { em }: QueryContext): Promise<Output<typeof listPrices>> {
    const [typeCount, data] = await Promise.all([em.count(ProductType, { key: type }), selectPrices(em, type)]);
    if (typeCount === 0) throw new DomainError('PRODUCT_TYPE_NOT_FOUND');
    return { data };
  }
}
