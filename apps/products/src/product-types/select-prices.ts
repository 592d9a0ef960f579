import type { PriceVersion } from '@cordee/contracts/products/price';
import { instantOf } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

export type Version = z.output<typeof PriceVersion>;

interface VersionRow {
  currency: Version['price']['currency'];
  interval: Version['interval'];
  amount: string;
  valid_from: string;
  valid_until: string | null;
  set_by: string;
  set_at: string;
}

/**
 * Selects all versions of the prices of a type. A version is valid until the next version of its currency and interval
 * starts.
 */
export async function selectPrices(em: EntityManager, type: string): Promise<Version[]> {
  const rows = await em.execute<VersionRow[]>(
    `select currency, price.interval, amount::text, valid_from::text,
            (lead(valid_from) over (partition by currency, price.interval order by valid_from))::text as valid_until,
            set_by, set_at
     from price where product_type = ? order by currency, price.interval, price.valid_from`,
    [type],
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
