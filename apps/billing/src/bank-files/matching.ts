import { compareMoney, money, subtractMoney, zero, type Money } from '@cordee/money/money';

/** What came, as far as matching needs it. */
export interface Receipt {
  /** QRR or SCOR with right check digits; undefined when there was none. */
  readonly reference: string | undefined;
  /** A reference was given but its check digits are wrong. */
  readonly isReferenceInvalid: boolean;
  readonly amount: Money;
  readonly valueDate: string;
}

/** What the reference belongs to. */
export type Found =
  | { readonly kind: 'open'; readonly document: 'invoice' | 'pro_forma'; readonly open: Money }
  | { readonly kind: 'settled' | 'cancelled' | 'expired' | 'standing_order' | 'nothing' };

/** How short a payment of an invoice may be so that the shortfall counts as bank fees: up to `most` and up to `percent` of what is open. */
export interface Tolerance {
  readonly percent: number;
  /** Minor units. */
  readonly most: number;
}

/** Tolerances as data; a currency that is not in it has none. */
export type Tolerances = Readonly<Record<string, Tolerance>>;

export const defaultTolerances: Tolerances = {
  CHF: { percent: 1, most: 500 },
  EUR: { percent: 1, most: 500 },
  USD: { percent: 1, most: 500 },
  GBP: { percent: 1, most: 500 },
};

/** Why money went to the prepaid account instead of to a document; part of the API. */
export type PrepaidReason =
  | 'amount_too_low'
  | 'wrong_currency'
  | 'reference_already_settled'
  | 'reference_cancelled'
  | 'reference_expired'
  | 'standing_order'
  | 'reference_unknown'
  | 'reference_invalid'
  | 'reference_missing';

export type Decision =
  /** The document is paid at the value date with `applied`; `rest` goes to prepaid; `bankFees` is written off as fees. */
  | {
      readonly kind: 'settle';
      readonly valueDate: string;
      readonly applied: Money;
      readonly rest: Money;
      readonly bankFees: Money;
    }
  /** The invoice is paid in part. */
  | { readonly kind: 'pay_part'; readonly valueDate: string; readonly applied: Money; readonly stillOpen: Money }
  /** All of it goes to prepaid in the currency received; `stillOpen` is what the meant document still asks for. */
  | {
      readonly kind: 'prepaid';
      readonly valueDate: string;
      readonly amount: Money;
      readonly reason: PrepaidReason;
      readonly stillOpen: Money | undefined;
    };

export interface MatchingRules {
  readonly tolerances: Tolerances;
  /** The organization wants less than the whole to count as part payment. */
  readonly allowsPartPayment: boolean;
}

/** Decides what becomes of money that came in (PAY-3). Never converts a currency; never lets a pro forma be paid in part. */
export function decideReceipt(receipt: Receipt, found: Found, rules: MatchingRules): Decision {
  const { amount, valueDate } = receipt;
  const prepaid = (reason: PrepaidReason, stillOpen?: Money): Decision => ({
    kind: 'prepaid',
    valueDate,
    amount,
    reason,
    stillOpen,
  });
  if (found.kind !== 'open') return prepaid(reasonWithoutDocument(receipt, found.kind));
  const { open, document } = found;
  if (amount.currency !== open.currency) return prepaid('wrong_currency', open);

  const difference = subtractMoney(amount, open);
  const none = zero(open.currency);
  if (difference.amount >= 0) return { kind: 'settle', valueDate, applied: open, rest: difference, bankFees: none };
  const shortfall = subtractMoney(open, amount);
  if (document === 'invoice' && isTolerated(shortfall, open, rules.tolerances)) {
    return { kind: 'settle', valueDate, applied: amount, rest: none, bankFees: shortfall };
  }
  if (document === 'invoice' && rules.allowsPartPayment)
    return { kind: 'pay_part', valueDate, applied: amount, stillOpen: shortfall };
  return prepaid('amount_too_low', open);
}

const reasonOf = {
  settled: 'reference_already_settled',
  cancelled: 'reference_cancelled',
  expired: 'reference_expired',
  standing_order: 'standing_order',
} as const;

function reasonWithoutDocument(receipt: Receipt, kind: Exclude<Found['kind'], 'open'>): PrepaidReason {
  if (kind !== 'nothing') return reasonOf[kind];
  if (receipt.isReferenceInvalid) return 'reference_invalid';
  return receipt.reference === undefined ? 'reference_missing' : 'reference_unknown';
}

function isTolerated(shortfall: Money, open: Money, tolerances: Tolerances): boolean {
  const tolerance = tolerances[open.currency];
  if (!tolerance || compareMoney(shortfall, money(tolerance.most, open.currency)) > 0) return false;
  // In whole numbers: exactly one percent is still tolerated.
  return BigInt(shortfall.amount) * 100n <= BigInt(open.amount) * BigInt(tolerance.percent);
}
