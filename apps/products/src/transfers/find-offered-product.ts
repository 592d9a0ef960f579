import type { RenewalTerms } from '@cordee/contracts/renewals/renewal';
import { toId, toUuid } from '@cordee/contracts/id';
import type { MoneyValue } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isOwnedSql } from '../products/product-ownership.ts';
import type { NextCharge } from './next-charge.ts';
import type { TransferableProduct } from './retained-users.ts';
import type { TransferKey } from './transfer-token.ts';

interface CurrentPrice {
  interval: string;
  currency: MoneyValue['currency'];
  amount: number;
}

/** The product of an offer, with the prices of its type. */
export interface OfferedProduct extends TransferableProduct {
  name: string;
  prices: CurrentPrice[];
}

/**
 * Finds the product of an offer, if the offering organization owns it now, with the prices that are valid on a date.
 * A retired type still has prices for renewals.
 */
export async function findOfferedProduct(
  em: EntityManager,
  { organizationId, transferId }: TransferKey,
  on: string,
): Promise<OfferedProduct | undefined> {
  const [row] = await em.execute<
    { id: string; type: string; name: string; retained_rights: string[]; prices: CurrentPrice[] }[]
  >(
    `select product.id, product.type, product.name, type.retained_rights, (
       select coalesce(json_agg(current_price), '[]') from (
         select distinct on (currency, interval) currency, price.interval, amount from price
         where product_type = type.key and valid_from <= ?::date
         order by currency, price.interval, valid_from desc
       ) current_price
     ) as prices
     from transfer
     join product on product.organization_id = transfer.organization_id and product.id = transfer.product_id
     join product_type type on type.key = product.type
     where transfer.organization_id = ? and transfer.id = ? and ${isOwnedSql}`,
    [on, toUuid(organizationId), toUuid(transferId)],
  );
  return (
    row && {
      productId: toId('prd', row.id),
      type: row.type,
      name: row.name,
      retainedRights: row.retained_rights,
      prices: row.prices,
    }
  );
}

/** Returns the next charge for the product under the terms of its renewal. The price is one of `prices`. */
export function nextChargeOf({ prices }: OfferedProduct, { interval, currency, periodEnd }: RenewalTerms): NextCharge {
  const price = prices.find((each) => each.interval === interval && each.currency === currency);
  return { price: price ? { amount: price.amount, currency } : null, dueOn: periodEnd };
}
