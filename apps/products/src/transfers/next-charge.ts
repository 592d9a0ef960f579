import type { RenewalTerms } from '@cordee/contracts/renewals/renewal';
import type { MoneyValue } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { selectQuote } from '../product-types/select-quote.ts';

/** The next payment for a product. */
export interface NextCharge {
  /** Net, for one interval; null when the type has no price in this interval and currency. */
  price: MoneyValue | null;
  /** The end of the paid period. */
  dueOn: string;
}

/** Selects the next charge with the price that is valid on a date. A retired type still has prices for renewals. */
export async function selectNextCharge(
  em: EntityManager,
  type: string,
  { interval, currency, periodEnd }: RenewalTerms,
  on: string,
): Promise<NextCharge> {
  const [quote] = await selectQuote(em, { currency, on, lines: [{ type, interval }] });
  return { price: quote?.amount == null ? null : { amount: quote.amount, currency }, dueOn: periodEnd };
}
