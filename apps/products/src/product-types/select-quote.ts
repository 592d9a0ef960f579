import type { quotePrices } from '@cordee/contracts/products/product-type';
import type { Answer, Input } from '@cordee/contracts/contract';
import type { EntityManager } from '@mikro-orm/postgresql';

export type QuotedLine = Answer<typeof quotePrices>['lines'][number];
type QuoteRequest = Pick<Input<typeof quotePrices>, 'currency' | 'on' | 'lines'>;

/** The catalogue data of a requested line. */
export interface Quote {
  /** Undefined when the type is not in the catalogue. */
  type:
    | (Pick<QuotedLine, 'name' | 'translatedNames' | 'vatClass' | 'canOrderWarranty'> & { isRetired: boolean })
    | undefined;
  /** Net, in minor units; null when the type has no price in this currency and interval. */
  amount: number | null;
}

interface QuoteRow {
  name: string | null;
  translated_names: QuotedLine['translatedNames'];
  vat_class: QuotedLine['vatClass'];
  can_order_warranty: boolean;
  is_retired: boolean;
  amount: string | null;
}

/** Selects the prices that are valid on a day, also of retired types, in the order of the lines. */
export async function selectQuote(em: EntityManager, { currency, on, lines }: QuoteRequest): Promise<Quote[]> {
  const rows = await em.execute<QuoteRow[]>(
    `select type.name, type.translated_names, type.vat_class, type.is_warranty_at_order as can_order_warranty,
       type.is_retired, current_price.amount::text
     from jsonb_array_elements(?::jsonb) with ordinality as line (item, position)
     left join product_type type on type.key = line.item->>'type'
     left join lateral (
       select amount from price
       where product_type = type.key and currency = ? and price.interval = line.item->>'interval'
         and valid_from <= ?::date
       order by valid_from desc limit 1
     ) as current_price on true
     order by line.position`,
    [JSON.stringify(lines), currency, on],
  );
  return rows.map(({ name, translated_names, vat_class, can_order_warranty, is_retired, amount }) => ({
    type:
      name === null
        ? undefined
        : {
            name,
            translatedNames: translated_names,
            vatClass: vat_class,
            canOrderWarranty: can_order_warranty,
            isRetired: is_retired,
          },
    amount: amount === null ? null : Number(amount),
  }));
}
