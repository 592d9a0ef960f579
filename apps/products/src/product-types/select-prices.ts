import type { PriceVersion } from '@cordee/contracts/products/price';
import { Interval } from '@cordee/contracts/products/product-type';
import { Currency, LocalDate } from '@cordee/contracts/values';
import { instantOf } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';

export type PriceVersionView = z.output<typeof PriceVersion>;

interface VersionRow {
  currency: PriceVersionView['price']['currency'];
  interval: PriceVersionView['interval'];
  amount: string;
  valid_from: string;
  valid_until: string | null;
  set_by: string;
  set_at: string;
}

/** The sort key of the versions of a type: currency, interval, first day. */
export const PriceKey = z.tuple([Currency, Interval, LocalDate]);
type PriceKey = z.output<typeof PriceKey>;

/**
 * Selects the versions of the prices of a type, by currency, interval and first day. A version is valid until the next
 * version of its currency and interval starts.
 */
export async function selectPrices(
  em: EntityManager,
  type: string,
  { after, limit }: { after?: PriceKey | undefined; limit?: number } = {},
): Promise<PriceVersionView[]> {
  const rows = await em.execute<VersionRow[]>(
    `select currency, version.interval, amount::text, valid_from::text, valid_until::text, set_by, set_at
     from (
       select *, lead(valid_from) over (partition by currency, price.interval order by valid_from) as valid_until
       from price where product_type = ?
     ) version
     where ?::text is null or (currency, version.interval, valid_from) > (?, ?, ?::date)
     order by currency, version.interval, version.valid_from limit ?`,
    [type, after?.[0] ?? null, after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, limit ?? null],
  );
  return rows.map(({ currency, interval, amount, valid_from, valid_until, set_by, set_at }) => ({
    interval,
    price: { amount: Number(amount), currency },
    validFrom: valid_from,
    validUntil: valid_until,
    setBy: set_by,
    setAt: instantOf(set_at),
  }));
}
