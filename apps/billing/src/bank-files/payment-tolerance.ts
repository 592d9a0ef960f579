import { compareMoney, money, type Money } from '@cordee/money/money';

/** A shortfall on an invoice counts as bank fees when it is at most `max` and at most `percent` of the open amount. */
interface Tolerance {
  readonly percent: number;
  /** Minor units. */
  readonly max: number;
}

/** The tolerance of each currency. A currency without an entry has no tolerance. */
export type Tolerances = Readonly<Record<string, Tolerance>>;

export const defaultTolerances: Tolerances = {
  CHF: { percent: 1, max: 500 },
  EUR: { percent: 1, max: 500 },
  USD: { percent: 1, max: 500 },
  GBP: { percent: 1, max: 500 },
};

/** True when the shortfall counts as bank fees (PAY-3). */
export function isTolerated(shortfall: Money, open: Money, tolerances: Tolerances): boolean {
  const tolerance = tolerances[open.currency];
  if (!tolerance || compareMoney(shortfall, money(tolerance.max, open.currency)) > 0) return false;
  // Integer arithmetic has no rounding error: a shortfall of exactly `percent` is tolerated.
  return BigInt(shortfall.amount) * 100n <= BigInt(open.amount) * BigInt(tolerance.percent);
}
