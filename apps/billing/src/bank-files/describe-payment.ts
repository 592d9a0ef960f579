import { formatMoney, type Money } from '@cordee/money/money';
import type { matchPayment } from './payment-matching.ts';

/** Returns why a payment of an unknown payer is in suspense. */
export const suspenseReasonOf = (isBatchWithoutDetails: boolean, match: ReturnType<typeof matchPayment>): string => {
  if (isBatchWithoutDetails) return 'batch_without_details';
  return match.kind === 'prepaid' ? match.reason : 'reference_unknown';
};

/** Text for bookkeepers about a payment whose amount is not exact; null for an exact amount. */
export function detailOf(surplus: Money, stillOpen: Money, bankFees: Money, difference: Money): string | null {
  const parts: [string, Money][] = [
    ['to prepaid', surplus],
    ['still open', stillOpen],
    ['bank fees', bankFees],
    ['payment difference', difference],
  ];
  const texts = parts
    .filter(([, { amount }]) => amount > 0)
    .map(([name, each]) => `${name}: ${formatMoney(each, 'en')}`);
  return texts.length > 0 ? texts.join('; ') : null;
}
