import { localDateIn } from '@cordee/calendar/local-date';
import {
  getCatalogue,
  getProductTypeAsStaff,
  getTypeRights,
  listProductTypes,
  listProductTypesAsStaff,
  quotePrices,
  typeNameIn,
} from '@cordee/contracts/products/product-type';
import { ProductTypeKey } from '@cordee/contracts/products/product-snapshot';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { ProductsConfig } from '../config.ts';
import { selectCatalogue } from './select-catalogue.ts';
import { selectQuote } from './select-quote.ts';
import { selectTypeRights } from './select-type-rights.ts';

@Controller()
export class ProductTypeQueries {
  constructor(@Inject(CONFIG) private readonly config: ProductsConfig) {}

  @Handles(listProductTypes)
  async listProductTypes(
    _: Input<typeof listProductTypes>,
    { em, now, call: { language } }: QueryContext,
  ): Promise<Output<typeof listProductTypes>> {
    const entries = await selectCatalogue(em, this.today(now), { isSold: true });
    return { data: entries.map((entry) => ({ ...entry, name: typeNameIn(language, entry) })) };
  }

  @Handles(getCatalogue)
  async getCatalogue(_: Input<typeof getCatalogue>, { em, now }: QueryContext): Promise<Output<typeof getCatalogue>> {
    return { data: await selectCatalogue(em, this.today(now)) };
  }

  @Handles(getTypeRights)
  async getTypeRights(_: Input<typeof getTypeRights>, { em }: QueryContext): Promise<Output<typeof getTypeRights>> {
    return { data: await selectTypeRights(em) };
  }

  @Handles(listProductTypesAsStaff)
  async listProductTypesAsStaff(
    { limit, cursor }: Input<typeof listProductTypesAsStaff>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof listProductTypesAsStaff>> {
    const after = readCursor(ProductTypeKey, cursor);
    const entries = await selectCatalogue(em, this.today(now), { after, limit: limit + 1 });
    const { rows, nextCursor } = cutPage(entries, limit, ({ key }) => key);
    return { data: rows, nextCursor };
  }

  @Handles(getProductTypeAsStaff)
  async getProductTypeAsStaff(
    { key }: Input<typeof getProductTypeAsStaff>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getProductTypeAsStaff>> {
    const [entry] = await selectCatalogue(em, this.today(now), { key });
    if (!entry) throw new DomainError('PRODUCT_TYPE_NOT_FOUND');
    return entry;
  }

  @Handles(quotePrices)
  async quotePrices(
    { currency, on, for: purpose, lines }: Input<typeof quotePrices>,
    { em }: QueryContext,
  ): Promise<Output<typeof quotePrices>> {
    const quotes = await selectQuote(em, { currency, on, lines });
    return {
      lines: quotes.map(({ type: entry, amount }, index) => {
        const { type, interval } = lines[index]!;
        if (!entry) throw inputError('PRODUCT_TYPE_UNKNOWN', `/lines/${index}/type`, `${type} is not in the catalogue`);
        const { isRetired, ...details } = entry;
        if (isRetired && purpose === 'order')
          throw inputError('PRODUCT_TYPE_RETIRED', `/lines/${index}/type`, `${type} is retired`);
        if (amount === null)
          throw inputError('PRICE_MISSING', `/lines/${index}`, `${type} has no ${interval} price in ${currency}`);
        return { type, interval, ...details, price: { amount, currency } };
      }),
    };
  }

  private today(now: Date): string {
    return localDateIn(this.config.SELLER_ZONE, now);
  }
}
