import type { Currency, MoneyValue } from '@cordee/contracts/values';
import { Currency as CurrencySchema } from '@cordee/contracts/values';
import { decimalText, type Money } from '@cordee/money/money';
import type { BatchTotal, Booking, UnprocessableBooking } from './booking-identity.ts';

type BookingStatus = 'paid' | 'prepaid' | 'reversed' | 'suspense' | 'ignored';

/** A processed booking of a bank file, as it is stored and reported. */
export interface RecordedBooking {
  readonly id: `bkg_${string}`;
  readonly identities: readonly string[];
  readonly status: BookingStatus;
  readonly organizationId: `org_${string}` | null;
  readonly documentId: string | null;
  /** Null when the file has no readable amount, or an amount in a currency that the contract does not contain. */
  readonly amount: MoneyValue | null;
  readonly amountText: string;
  readonly valueDate: string | null;
  readonly reference: string | null;
  readonly batch: string | null;
  readonly isBatchTotal: boolean;
  readonly debtorIban: string | null;
  readonly debtorName: string | null;
  readonly text: string;
  /** A `PrepaidReason`, or the reason why staff has to look at the booking. */
  readonly reason: string | null;
  readonly detail: string | null;
}

/** The result of processing a booking. */
export type BookingOutcome = Pick<RecordedBooking, 'status'> &
  Partial<Pick<RecordedBooking, 'organizationId' | 'documentId' | 'detail' | 'reason'>>;

export function recordedBooking(
  id: `bkg_${string}`,
  { identities, batch, entry, transaction }: Booking,
  outcome: BookingOutcome,
): RecordedBooking {
  return {
    ...emptyFields,
    id,
    identities,
    ...outcome,
    reason: outcome.reason ?? null,
    amount: toMoneyValue(transaction.amount),
    amountText: amountTextOf(transaction.amount),
    valueDate: entry.valueDate,
    reference: transaction.creditorReference ?? transaction.uncheckedReference ?? null,
    batch: batch ?? null,
    debtorIban: transaction.debtorIban ?? null,
    debtorName: transaction.debtorName ?? null,
    text: transaction.remittanceText,
  };
}

export function recordedBatchTotal(
  id: `bkg_${string}`,
  { identities, batch, entry }: BatchTotal,
  outcome: BookingOutcome,
): RecordedBooking {
  return {
    ...emptyFields,
    id,
    identities,
    ...outcome,
    reason: outcome.reason ?? null,
    amount: toMoneyValue(entry.amount),
    amountText: amountTextOf(entry.amount),
    valueDate: entry.valueDate,
    batch: batch ?? null,
    isBatchTotal: true,
  };
}

export function recordedUnprocessable(
  id: `bkg_${string}`,
  { identities, entry }: UnprocessableBooking,
): RecordedBooking {
  return {
    ...emptyFields,
    id,
    identities,
    status: 'suspense',
    reason: entry.reason,
    detail: entry.detail,
    amount: entry.amount ? toMoneyValue(entry.amount) : null,
    amountText: `${entry.amountText} ${entry.currencyText}`.trim(),
    valueDate: entry.valueDate ?? entry.bookingDate ?? null,
    text: entry.text,
  };
}

const emptyFields = {
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

const amountTextOf = (amount: Money): string => `${decimalText(amount)} ${amount.currency}`;

/** Null for a currency that the contract does not contain; the staff decides about such money. */
export function toMoneyValue({ amount, currency }: Money): MoneyValue | null {
  const parsed = CurrencySchema.safeParse(currency);
  return parsed.success ? { amount, currency: parsed.data satisfies Currency } : null;
}
