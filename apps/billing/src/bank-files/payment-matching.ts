import { subtractMoney, zero, type Money } from '@cordee/money/money';
import { acceptShortfall, type AcceptedShortfall, type Tolerances } from './payment-tolerance.ts';

/** The fields of an incoming payment that matching needs. */
export interface IncomingPayment {
  /** Undefined when the payment has no reference with valid check digits. */
  readonly reference: string | undefined;
  /** True when the payer gave a reference with wrong check digits. */
  readonly isReferenceInvalid: boolean;
  readonly amount: Money;
  readonly valueDate: string;
  /** True when the file shows charges, or that the payer instructed another amount. */
  readonly showsFees: boolean;
}

/** The target of the reference of a payment. */
export type ReferenceTarget =
  | { readonly kind: 'open'; readonly document: 'invoice' | 'renewal' | 'pro_forma'; readonly openAmount: Money }
  | { readonly kind: 'settled' | 'cancelled' | 'expired' | 'standing_order' | 'unknown' };

/** The reason for which a payment goes to prepaid instead of a document. A subset of the contract's `PrepaidReason`. */
type UnmatchedReason =
  | 'amount_too_low'
  | 'wrong_currency'
  | 'reference_already_settled'
  | 'reference_cancelled'
  | 'reference_expired'
  | 'standing_order'
  | 'reference_unknown'
  | 'reference_invalid'
  | 'reference_missing';

type MatchResult =
  /** `applied` pays the document in full, with an accepted shortfall; `surplus` goes to prepaid. */
  | ({
      readonly kind: 'settle';
      readonly valueDate: string;
      readonly applied: Money;
      readonly surplus: Money;
    } & AcceptedShortfall)
  /** `applied` pays a part of the invoice. */
  | { readonly kind: 'pay_part'; readonly valueDate: string; readonly applied: Money; readonly stillOpen: Money }
  /** The whole amount goes to prepaid in its currency; `stillOpen` is the open amount of the referenced document. */
  | {
      readonly kind: 'prepaid';
      readonly valueDate: string;
      readonly amount: Money;
      readonly reason: UnmatchedReason;
      readonly stillOpen: Money | undefined;
    };

interface MatchingRules {
  readonly tolerances: Tolerances;
  /** True when the organization allows that a low amount pays a part of an invoice. */
  readonly allowsPartPayment: boolean;
}

/** Decides how a payment is used (PAY-3). Never converts a currency and never pays a part of a pro forma. */
export function matchPayment(payment: IncomingPayment, target: ReferenceTarget, rules: MatchingRules): MatchResult {
  const { amount, valueDate } = payment;
  const toPrepaid = (reason: UnmatchedReason, stillOpen?: Money): MatchResult => ({
    kind: 'prepaid',
    valueDate,
    amount,
    reason,
    stillOpen,
  });
  if (target.kind !== 'open') return toPrepaid(reasonWithoutDocument(payment, target.kind));
  const { openAmount, document } = target;
  if (amount.currency !== openAmount.currency) return toPrepaid('wrong_currency', openAmount);

  const surplus = subtractMoney(amount, openAmount);
  const zeroAmount = zero(openAmount.currency);
  if (surplus.amount >= 0)
    return { kind: 'settle', valueDate, applied: openAmount, surplus, bankFees: zeroAmount, difference: zeroAmount };
  const shortfall = subtractMoney(openAmount, amount);
  // A customer may pay less for an order by mistake. An invoice and a renewal are due anyway.
  const accepted =
    document === 'pro_forma' ? undefined : acceptShortfall(shortfall, openAmount, payment.showsFees, rules.tolerances);
  if (accepted) return { kind: 'settle', valueDate, applied: amount, surplus: zeroAmount, ...accepted };
  if (document === 'invoice' && rules.allowsPartPayment)
    return { kind: 'pay_part', valueDate, applied: amount, stillOpen: shortfall };
  return toPrepaid('amount_too_low', openAmount);
}

const reasonByKind = {
  settled: 'reference_already_settled',
  cancelled: 'reference_cancelled',
  expired: 'reference_expired',
  standing_order: 'standing_order',
} as const;

function reasonWithoutDocument(
  payment: IncomingPayment,
  kind: Exclude<ReferenceTarget['kind'], 'open'>,
): UnmatchedReason {
  if (kind !== 'unknown') return reasonByKind[kind];
  if (payment.isReferenceInvalid) return 'reference_invalid';
  return payment.reference === undefined ? 'reference_missing' : 'reference_unknown';
}
