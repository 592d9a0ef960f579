import type { RenewalTerms } from '@cordee/contracts/renewals/renewal';
import type { MoneyValue } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { selectQuote } from '../product-types/select-quote.ts';

/** What whoever has the product pays next, and when. */
export interface NextCharge {
  /** Net, for one interval; null when it has none in this interval and currency. */
  price: MoneyValue | null;
  /** End of the period that is paid for. */
  dueOn: string;
}

/** The net price of one more interval, valid on a date, of a retired type too, and when it is due. */
export async function nextChargeOf(
  em: EntityManager,
  type: string,
  { interval, currency, periodEnd }: RenewalTerms,
  on: string,
): Promise<NextCharge> {
  const [quote] = await selectQuote(em, { currency, on, lines: [{ type, interval }] });
  return { price: quote?.amount == null ? null : { amount: quote.amount, currency }, dueOn: periodEnd };
}
