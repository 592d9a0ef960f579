import { localDateIn } from '@cordee/calendar/local-date';
import { getCatalogue, getProductTypeAsStaff, listProductTypes, listProductTypesAsStaff, quotePrices } from '@cordee/contracts/products/product-type';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handles';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { ProductsConfig } from '../config.ts';
import { selectCatalogue } from './select-catalogue.ts';

type QuotedLine = Output<typeof quotePrices>['lines'][number];

interface QuoteRow {
  name: string | null;
  vat_class: QuotedLine['vatClass'];
  is_warranty_at_order: boolean;
  is_retired: boolean;
  amount: string | null;
}

@Controller()
export class ProductTypeQueries {
  constructor(@Inject(CONFIG) private readonly config: ProductsConfig) {}

  @Handles(listProductTypes)
  async listProductTypes(_: Input<typeof listProductTypes>, { em, now }: QueryContext): Promise<Output<typeof listProductTypes>> {
    return { data: await selectCatalogue(em, this.today(now), { isSold: true }) };
  }

  @Handles(getCatalogue)
  async getCatalogue(_: Input<typeof getCatalogue>, { em, now }: QueryContext): Promise<Output<typeof getCatalogue>> {
    return { data: await selectCatalogue(em, this.today(now)) };
  }

  @Handles(listProductTypesAsStaff)
  async listProductTypesAsStaff(_: Input<typeof listProductTypesAsStaff>, { em, now }: QueryContext): Promise<Output<typeof listProductTypesAsStaff>> {
    return { data: await selectCatalogue(em, this.today(now)) };
  }

  @Handles(getProductTypeAsStaff)
  async getProductTypeAsStaff({ key }: Input<typeof getProductTypeAsStaff>, { em, now }: QueryContext): Promise<Output<typeof getProductTypeAsStaff>> {
    const [entry] = await selectCatalogue(em, this.today(now), { key });
    if (!entry) throw new DomainError('PRODUCT_TYPE_NOT_FOUND');
    return entry;
  }

  @Handles(quotePrices)
  async quotePrices({ currency, on, for: purpose, lines }: Input<typeof quotePrices>, { em }: QueryContext): Promise<Output<typeof quotePrices>> {
    const rows = await em.execute<QuoteRow[]>(
      `select type.name, type.vat_class, type.is_warranty_at_order, type.is_retired, valid.amount::text
       from jsonb_array_elements(?::jsonb) with ordinality as line (wanted, position)
       left join product_type type on type.key = line.wanted->>'type'
       left join lateral (
         select amount from price
         where product_type = type.key and currency = ? and price.interval = line.wanted->>'interval' and valid_from <= ?::date
         order by valid_from desc limit 1
       ) as valid on true
       order by line.position`,
      [JSON.stringify(lines), currency, on],
    );
    return {
      lines: rows.map(({ name, vat_class, is_warranty_at_order, is_retired, amount }, index) => {
        const { type, interval } = lines[index]!;
        if (name === null) throw refuse('PRODUCT_TYPE_UNKNOWN', `/lines/${index}/type`, `${type} is not in the catalogue`);
        if (is_retired && purpose === 'order') throw refuse('PRODUCT_TYPE_RETIRED', `/lines/${index}/type`, `${type} is no longer sold`);
        if (amount === null) throw refuse('PRICE_MISSING', `/lines/${index}`, `${type} is not sold ${interval} in ${currency}`);
        return { type, interval, name, vatClass: vat_class, isWarrantyAtOrder: is_warranty_at_order, price: { amount: Number(amount), currency } };
      }),
    };
  }

  private today(now: Date): string {
    return localDateIn(this.config.SELLER_ZONE, now);
  }
}

const refuse = (code: string, pointer: string, detail: string): DomainError => new DomainError(code, { errors: [{ pointer, detail, code: code.toLowerCase() }] });
