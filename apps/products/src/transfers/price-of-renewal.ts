import type { RenewalTerms } from '@cordee/contracts/renewals/renewal';
import type { MoneyValue } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { selectQuote } from '../product-types/select-quote.ts';

/** The net price of one more interval, valid on a date, of a retired type too; null when there is none. */
export async function priceOfRenewal(em: EntityManager, type: string, { interval, currency }: RenewalTerms, on: string): Promise<MoneyValue | null> {
  const [quote] = await selectQuote(em, { currency, on, lines: [{ type, interval }] });
  return quote?.amount == null ? null : { amount: quote.amount, currency };
}
