import type { Currency, MoneyValue } from '@cordee/contracts/values';
import { Currency as CurrencySchema } from '@cordee/contracts/values';
import { decimalText, type Money } from '@cordee/money/money';
import type { BatchTotal, Booking, Suspense } from './booking-identity.ts';

export type CountedStatus = 'paid' | 'prepaid' | 'reversed' | 'suspense' | 'ignored';

/** What became of a booking of a bank file, as it is stored and reported. */
export interface CountedBooking {
  readonly id: `bkg_${string}`;
  readonly identities: readonly string[];
  readonly status: CountedStatus;
  readonly organizationId: `org_${string}` | null;
  readonly documentId: string | null;
  readonly amount: MoneyValue | null;
  readonly amountText: string;
  readonly valueDate: string | null;
  readonly reference: string | null;
  readonly batch: string | null;
  readonly isBatchTotal: boolean;
  readonly debtorIban: string | null;
  readonly debtorName: string | null;
  readonly text: string;
  /** Why it went to prepaid (`PrepaidReason`), or what staff has to look at. */
  readonly reason: string | null;
  readonly detail: string | null;
}

export type Outcome = Pick<CountedBooking, 'status'> &
  Partial<Pick<CountedBooking, 'organizationId' | 'documentId' | 'detail' | 'reason'>>;

/** A booking and what became of it. */
export function countedBooking(
  id: `bkg_${string}`,
  { identities, batch, entry, transaction }: Booking,
  outcome: Outcome,
): CountedBooking {
  return {
    ...blank,
    id,
    identities,
    ...outcome,
    reason: outcome.reason ?? null,
    amount: asValue(transaction.amount),
    amountText: printed(transaction.amount),
    valueDate: entry.valueDate,
    reference: transaction.creditorReference ?? transaction.givenReference ?? null,
    batch: batch ?? null,
    debtorIban: transaction.debtorIban ?? null,
    debtorName: transaction.debtorName ?? null,
    text: transaction.remittanceText,
  };
}

export function countedTotal(
  id: `bkg_${string}`,
  { identities, batch, entry }: BatchTotal,
  outcome: Outcome,
): CountedBooking {
  return {
    ...blank,
    id,
    identities,
    ...outcome,
    reason: outcome.reason ?? null,
    amount: asValue(entry.amount),
    amountText: printed(entry.amount),
    valueDate: entry.valueDate,
    batch: batch ?? null,
    isBatchTotal: true,
  };
}

export function countedOdd(id: `bkg_${string}`, { identities, odd }: Suspense): CountedBooking {
  return {
    ...blank,
    id,
    identities,
    status: 'suspense',
    reason: odd.reason,
    detail: odd.detail,
    amount: odd.amount ? asValue(odd.amount) : null,
    amountText: `${odd.amountText} ${odd.currencyText}`.trim(),
    valueDate: odd.valueDate ?? odd.bookingDate ?? null,
    text: odd.text,
  };
}

const blank = {
  organizationId: null,
  documentId: null,
  detail: null,
  reference: null,
  batch: null,
  isBatchTotal: false,
  debtorIban: null,
  debtorName: null,
  text: '',
  valueDate: null,
} as const;

const printed = (amount: Money): string => `${decimalText(amount)} ${amount.currency}`;

/** Null for money of a currency that nothing is sold in: it is kept, and staff decides. */
export function asValue({ amount, currency }: Money): MoneyValue | null {
  const known = CurrencySchema.safeParse(currency);
  return known.success ? { amount, currency: known.data satisfies Currency } : null;
}
