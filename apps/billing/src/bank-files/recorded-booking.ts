import { Currency, type MoneyValue } from '@cordee/contracts/values';
import { decimalText, type Money } from '@cordee/money/money';
import type { BookingIdentity } from './booking-identity.ts';
import type { Booking, EntryTotal, UnprocessableBooking } from './movements.ts';
import { showsFees } from './shows-fees.ts';

/** `total`: an entry of the report that does not count. `ignored`: money of the seller in a notification. */
export type BookingStatus = 'paid' | 'prepaid' | 'reversed' | 'suspense' | 'total' | 'own_movement' | 'ignored';

/** A processed booking of a bank file, as it is stored and reported. */
export interface RecordedBooking {
  readonly id: `bkg_${string}`;
  /** Ascends in the order of the file. */
  readonly position: number;
  readonly account: string;
  /** Null for a total: its clearing entry has the identity. */
  readonly identity: BookingIdentity | null;
  readonly status: BookingStatus;
  readonly organizationId: `org_${string}` | null;
  readonly documentId: string | null;
  /** Null when the file has no readable amount, or an amount in a currency that the contract does not contain. */
  readonly amount: MoneyValue | null;
  readonly amountText: string;
  readonly direction: 'credit' | 'debit';
  /** The bank transaction code of the entry. */
  readonly code: string | null;
  readonly isReversal: boolean;
  /** True when the file shows charges, or that the payer instructed another amount. */
  readonly showsFees: boolean;
  readonly valueDate: string | null;
  readonly reference: string | null;
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

export function recordOfPayment(id: `bkg_${string}`, booking: Booking, outcome: BookingOutcome): RecordedBooking {
  const { account, identity, position, entry, transaction } = booking;
  return {
    ...emptyFields,
    id,
    position,
    account,
    identity,
    ...outcome,
    amount: toMoneyValue(transaction.amount),
    amountText: amountTextOf(transaction.amount),
    direction: transaction.direction,
    code: entry.code ?? null,
    isReversal: entry.isReversal,
    showsFees: showsFees(booking),
    valueDate: entry.valueDate,
    reference: transaction.creditorReference ?? transaction.uncheckedReference ?? null,
    debtorIban: transaction.debtorIban ?? null,
    debtorName: transaction.debtorName ?? null,
    text: transaction.remittanceText,
  };
}

export function recordOfTotal(id: `bkg_${string}`, { account, position, entry }: EntryTotal): RecordedBooking {
  const [transaction] = 'transactions' in entry && entry.transactions.length === 1 ? entry.transactions : [];
  return {
    ...emptyFields,
    id,
    position,
    account,
    identity: null,
    status: 'total',
    amount: toMoneyValue(entry.amount!),
    amountText: amountTextOf(entry.amount!),
    direction: entry.direction,
    code: 'code' in entry ? (entry.code ?? null) : null,
    isReversal: entry.isReversal,
    valueDate: entry.valueDate ?? entry.bookingDate ?? null,
    reference: transaction?.creditorReference ?? null,
    debtorIban: transaction?.debtorIban ?? null,
    debtorName: transaction?.debtorName ?? null,
    text: 'text' in entry ? entry.text : (transaction?.remittanceText ?? ''),
  };
}

export function recordOfUnprocessable(
  id: `bkg_${string}`,
  { account, identity, position, entry }: UnprocessableBooking,
): RecordedBooking {
  return {
    ...emptyFields,
    id,
    position,
    account,
    identity,
    status: 'suspense',
    reason: entry.reason,
    detail: entry.detail,
    amount: entry.amount ? toMoneyValue(entry.amount) : null,
    amountText: `${entry.amountText} ${entry.currencyText}`.trim(),
    direction: entry.direction,
    isReversal: entry.isReversal,
    valueDate: entry.valueDate ?? entry.bookingDate ?? null,
    text: entry.text,
  };
}

const emptyFields = {
  organizationId: null,
  documentId: null,
  reason: null,
  detail: null,
  code: null,
  showsFees: false,
  reference: null,
  debtorIban: null,
  debtorName: null,
  text: '',
} as const;

const amountTextOf = (amount: Money): string => `${decimalText(amount)} ${amount.currency}`;

/** Returns null for a currency that the contract does not contain; the staff decides about money in this currency. */
export function toMoneyValue({ amount, currency }: Money): MoneyValue | null {
  const parsed = Currency.safeParse(currency);
  return parsed.success ? { amount, currency: parsed.data } : null;
}
