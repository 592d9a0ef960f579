import { createHash } from 'node:crypto';
import type { BankEntry, BankTransaction, UnprocessableEntry } from './bank-file.ts';

/**
 * Identifies a booking in all files. Two bookings are the same when their keys are equal, they share a reference, and
 * no reference differs. Two bookings without references are the same when their keys and contents are equal, and no
 * reference of their payments differs.
 */
export interface BookingIdentity {
  /** Hash of the fields that every bank writes. */
  readonly key: string;
  /** The references of banks and payers. A name is missing when the file has no such reference. */
  readonly references: Readonly<Record<string, string>>;
  /** Hash of the text and the payer. */
  readonly content: string;
  /**
   * Distinguishes bookings without references: the references of the only payment of an entry, and the bank transaction
   * code. Missing for a payment with references, and in rows of an earlier version.
   */
  readonly payment?: Readonly<Record<string, string>>;
}

/** A payment of a customer has a `payment` identity. The entry of the payment has a further identity in each report. */
type IdentityKind = 'payment' | 'entry 053' | 'entry 054';

/** Returns the identity of a payment, or of a whole entry when `transaction` is missing. */
export function identityOf(
  kind: IdentityKind,
  account: string,
  entry: BankEntry | UnprocessableEntry,
  transaction?: BankTransaction,
): BookingIdentity {
  const amount = transaction?.amount ?? entry.amount;
  const references = { ...(entry.reference !== undefined && { entry: entry.reference }), ...transaction?.references };
  const code: Record<string, string> = 'code' in entry && entry.code !== undefined ? { code: entry.code } : {};
  return {
    key: hashOf([
      kind,
      account,
      transaction?.direction ?? entry.direction,
      entry.isReversal,
      amount ? [amount.amount, amount.currency] : 'amountText' in entry ? [entry.amountText, entry.currencyText] : null,
      entry.bookingDate,
      entry.valueDate,
      transaction?.creditorReference,
    ]),
    references,
    content: hashOf(
      'text' in entry ? [entry.text] : (transaction ? [transaction] : entry.transactions).flatMap(contentOf),
    ),
    ...(kind !== 'payment'
      ? { payment: { ...paymentReferencesOf(entry), ...code } }
      : Object.keys(references).length === 0 && { payment: code }),
  };
}

const contentOf = (transaction: BankTransaction): unknown[] => [
  transaction.amount.amount,
  transaction.uncheckedReference,
  transaction.remittanceText,
  transaction.debtorName,
  transaction.debtorIban,
];

/**
 * Returns the references of the only payment of an entry, with its creditor reference. Both reports of the bank contain
 * them, as far as they state payments.
 */
export function paymentReferencesOf(entry: BankEntry | UnprocessableEntry): Record<string, string> {
  const [transaction, ...others] = 'transactions' in entry ? entry.transactions : [];
  if (!transaction || others.length > 0) return {};
  const { references, creditorReference } = transaction;
  return { ...references, ...(creditorReference !== undefined && { creditor: creditorReference }) };
}

/** True when both identities belong to the same booking. The caller compares the keys. */
export function isSameBooking(left: BookingIdentity, right: BookingIdentity): boolean {
  const names = Object.keys(left.references);
  const shared = names.filter((name) => right.references[name] !== undefined);
  if (shared.length > 0) return shared.every((name) => left.references[name] === right.references[name]);
  const haveNoReferences = names.length === 0 && Object.keys(right.references).length === 0;
  return haveNoReferences && left.content === right.content && !differs(left.payment, right.payment);
}

/** True when a field that both payments have is not the same. */
const differs = (left: BookingIdentity['payment'] = {}, right: BookingIdentity['payment'] = {}): boolean =>
  Object.keys(left).some((name) => right[name] !== undefined && right[name] !== left[name]);

/** The references that banks give, each to one booking. Payers give the same end-to-end id to several payments. */
const BANK_REFERENCES = ['entry', 'servicer', 'transaction', 'uetr', 'clearingSystem'];

/** True when both identities have a reference of a bank in common. */
export const shareBankReference = (left: BookingIdentity, right: BookingIdentity): boolean =>
  BANK_REFERENCES.some(
    (name) => left.references[name] !== undefined && left.references[name] === right.references[name],
  );

/** Returns 32 hex digits, because the column is a UUID. JSON separates the fields unambiguously. */
const hashOf = (fields: readonly unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify(fields.map((field) => field ?? null)))
    .digest('hex')
    .slice(0, 32);
