import { compareMoney, money, zero, type Money } from '@cordee/money/money';

/** The shortfalls that are accepted in a currency (PAY-3). Amounts are in minor units. */
interface Tolerance {
  /** A shortfall counts as bank fees up to the smaller of `percent` of the open amount and `maxFees`. */
  readonly percent: number;
  readonly maxFees: number;
  /** A shortfall up to this amount counts as a payment difference. */
  readonly maxDifference: number;
}

/** The tolerance of each currency. A currency without an entry has no tolerance. */
export type Tolerances = Readonly<Record<string, Tolerance>>;

const tolerance: Tolerance = { percent: 1, maxFees: 500, maxDifference: 5 };
export const defaultTolerances: Tolerances = { CHF: tolerance, EUR: tolerance, USD: tolerance, GBP: tolerance };

/** An accepted shortfall. One of the amounts is zero. */
export interface AcceptedShortfall {
  readonly bankFees: Money;
  readonly difference: Money;
}

/**
 * Decides whether a shortfall is accepted, and where it is booked (PAY-3). Undefined when it is not accepted. A
 * shortfall counts as bank fees only when the bank file shows that somebody deducted fees (`showsFees`).
 */
export function acceptShortfall(
  shortfall: Money,
  openAmount: Money,
  showsFees: boolean,
  tolerances: Tolerances,
): AcceptedShortfall | undefined {
  const limits = tolerances[openAmount.currency];
  if (!limits) return undefined;
  const zeroAmount = zero(openAmount.currency);
  const isAtMost = (max: number): boolean => compareMoney(shortfall, money(max, openAmount.currency)) <= 0;
  // Integer arithmetic has no rounding error: a shortfall of exactly `percent` is accepted.
  const isWithinPercent = BigInt(shortfall.amount) * 100n <= BigInt(openAmount.amount) * BigInt(limits.percent);
  if (showsFees && isWithinPercent && isAtMost(limits.maxFees)) return { bankFees: shortfall, difference: zeroAmount };
  // A payment of 0 settles no document, even if the open amount is within the tolerance.
  if (isAtMost(limits.maxDifference) && shortfall.amount < openAmount.amount)
    return { bankFees: zeroAmount, difference: shortfall };
  return undefined;
}
