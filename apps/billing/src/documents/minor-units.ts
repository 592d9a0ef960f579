import { allocateMoney, fractionOf, money } from '@cordee/money/money';

/** Any currency gives the same results, because the amounts are in minor units. */
const ANY_CURRENCY = 'CHF';

/** Adds amounts in minor units. */
export const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Returns `amount × numerator / denominator` in minor units, rounded half away from zero. */
export const roundedFraction = (amount: number, numerator: number, denominator: number): number =>
  fractionOf(money(amount, ANY_CURRENCY), { numerator, denominator }).amount;

/** Divides an amount by ratios. The parts add up. If all ratios are zero, the first part gets everything. */
export function divide(amount: number, ratios: readonly number[]): number[] {
  if (ratios.every((ratio) => ratio === 0)) return ratios.map((_, index) => (index === 0 ? amount : 0));
  return allocateMoney(money(amount, ANY_CURRENCY), ratios).map((part) => part.amount);
}
