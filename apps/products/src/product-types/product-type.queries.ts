import { localDateIn } from '@cordee/calendar/local-date';
import { listProductTypes, quotePrices } from '@cordee/contracts/products/product-type';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { Handles, type QueryContext } from '@cordee/service/handles';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { ProductsConfig } from '../config.ts';

type ListedType = Output<typeof listProductTypes>['data'][number];
type QuotedLine = Output<typeof quotePrices>['lines'][number];

interface QuoteRow {
  name: string | null;
  vat_class: QuotedLine['vatClass'];
  is_warranty_at_order: boolean;
  amount: string | null;
}

@Controller()
export class ProductTypeQueries {
  constructor(@Inject(CONFIG) private readonly config: ProductsConfig) {}

  @Handles(listProductTypes)
  async listProductTypes(_: Input<typeof listProductTypes>, { em, now }: QueryContext): Promise<Output<typeof listProductTypes>> {
    const today = localDateIn(this.config.SELLER_ZONE, now);
    const rows = await em.execute<{ body: ListedType }[]>(
      `select json_build_object(
         'key', type.key, 'name', type.name, 'vatClass', type.vat_class, 'isWarrantyAtOrder', type.is_warranty_at_order,
         'rights', coalesce((
           select json_agg(rights.key order by place)
           from (select key, min((resource_kind is not null)::int * 1000 + position) as place from product_type_right where product_type = type.key group by key) as rights
         ), '[]'),
         'resourceKinds', coalesce((select json_agg(key order by position) from resource_kind where product_type = type.key), '[]'),
         'resourceRights', coalesce((
           select json_agg(json_build_object('kind', kind.key, 'rights', coalesce((
             select json_agg(granted.key order by granted.position) from product_type_right granted where granted.product_type = type.key and granted.resource_kind = kind.key
           ), '[]')) order by kind.position)
           from resource_kind kind where kind.product_type = type.key
         ), '[]'),
         'prices', coalesce((
           select json_agg(json_build_object('interval', valid.interval, 'price', json_build_object('amount', valid.amount, 'currency', valid.currency)) order by valid.currency, valid.interval)
           from (
             select distinct on (currency, interval) currency, price.interval, amount from price
             where product_type = type.key and valid_from <= ?::date and (valid_until is null or valid_until > ?::date)
             order by currency, price.interval, valid_from desc
           ) as valid
         ), '[]')
       ) as body
       from product_type type order by type.position`,
      [today, today],
    );
    return { data: rows.map((row) => row.body) };
  }

  @Handles(quotePrices)
  async quotePrices({ currency, on, lines }: Input<typeof quotePrices>, { em }: QueryContext): Promise<Output<typeof quotePrices>> {
    const rows = await em.execute<QuoteRow[]>(
      `select type.name, type.vat_class, type.is_warranty_at_order, valid.amount::text
       from jsonb_array_elements(?::jsonb) with ordinality as line (wanted, position)
       left join product_type type on type.key = line.wanted->>'type'
       left join lateral (
         select amount from price
         where product_type = type.key and currency = ? and price.interval = line.wanted->>'interval'
           and valid_from <= ?::date and (valid_until is null or valid_until > ?::date)
         order by valid_from desc limit 1
       ) as valid on true
       order by line.position`,
      [JSON.stringify(lines), currency, on, on],
    );
    return {
      lines: rows.map(({ name, vat_class, is_warranty_at_order, amount }, index) => {
        const { type, interval } = lines[index]!;
        if (name === null) throw refuse('PRODUCT_TYPE_UNKNOWN', `/lines/${index}/type`, `${type} is not in the catalogue`);
        if (amount === null) throw refuse('PRICE_MISSING', `/lines/${index}`, `${type} is not sold ${interval} in ${currency}`);
        return { type, interval, name, vatClass: vat_class, isWarrantyAtOrder: is_warranty_at_order, price: { amount: Number(amount), currency } };
      }),
    };
  }
}

const refuse = (code: string, pointer: string, detail: string): DomainError => new DomainError(code, { errors: [{ pointer, detail, code: code.toLowerCase() }] });
