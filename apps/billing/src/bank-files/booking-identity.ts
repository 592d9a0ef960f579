import { createHash } from 'node:crypto';
import type { BankEntry, BankFile, BankStatement, BankTransaction, UnprocessableEntry } from './bank-file.ts';

/** One payment of a file, with the keys by which an import recognizes duplicates. */
export interface Booking {
  readonly account: string;
  /**
   * Keys of the booking, the strongest first. The booking is a duplicate if **any** of them is stored: a camt.053
   * may contain only the entry reference, and a camt.054 also the transaction reference. Store every key; each key is
   * unique.
   */
  readonly identities: readonly string[];
  /**
   * Key of the entry that contains the payment. Equals {@link BatchTotal.batch} when another file contains the entry as
   * a batch total.
   */
  readonly batch: string | undefined;
  readonly entry: BankEntry;
  readonly transaction: BankTransaction;
}

/** The total of a batch whose payments come in another file. */
export interface BatchTotal {
  readonly account: string;
  /**
   * Equals {@link Booking.batch} of the payments of this batch. Undefined when the entry has no bank reference; its
   * payments cannot be linked to the total then.
   */
  readonly batch: string | undefined;
  readonly identities: readonly string[];
  readonly entry: BankEntry;
}

/** An unprocessable entry. Its amount is posted to the suspense account. */
export interface UnprocessableBooking {
  readonly account: string;
  readonly identities: readonly string[];
  readonly entry: UnprocessableEntry;
}

/**
 * The booked entries of a file. Announcements (pending, information, future) are skipped: a later file books them.
 */
export interface FileBookings {
  readonly bookings: readonly Booking[];
  readonly batchTotals: readonly BatchTotal[];
  readonly unprocessable: readonly UnprocessableBooking[];
}

/**
 * Lists the bookings of a file with their identities (PAY-2). A payment has up to two reference identities: the account
 * with the bank's reference of the transaction (`servicerReference`), and the account with the bank's reference of the
 * entry and the index of the payment in the entry. A payment without these references is identified by a hash of its
 * fields and the number of equal hashes before this payment in the file. The number distinguishes equal payments. A
 * repeated import of the file gives the same number.
 */
export function bookingsOf(file: BankFile): FileBookings {
  const occurrences = new Map<string, number>();
  const appendOccurrence = (hash: string): string => {
    const earlierCount = occurrences.get(hash) ?? 0;
    occurrences.set(hash, earlierCount + 1);
    return `${hash}/${earlierCount}`;
  };
  const bookings: Booking[] = [];
  const batchTotals: BatchTotal[] = [];
  const unprocessable: UnprocessableBooking[] = [];
  for (const statement of file.statements) {
    const { account } = statement;
    for (const entry of statement.entries) {
      if (entry.status !== 'booked') continue;
      const batch = entryKey(statement, entry);
      if (entry.isBatchTotal) {
        batchTotals.push({
          account,
          batch,
          entry,
          identities: [batch ? `${batch}/total` : appendOccurrence(hashOf(statement, entry))],
        });
        continue;
      }
      for (const [index, transaction] of entry.transactions.entries()) {
        const referenceKeys = [transactionKey(statement, entry, transaction), batch && `${batch}/${index}`].filter(
          (key) => key !== undefined,
        );
        const identities =
          referenceKeys.length > 0 ? referenceKeys : [appendOccurrence(hashOf(statement, entry, transaction))];
        bookings.push({ account, identities, batch, entry, transaction });
      }
    }
    for (const entry of statement.unprocessable) {
      if (entry.status !== 'booked') continue;
      const key = entryKey(statement, entry);
      const identity = key ? `${key}/unprocessable` : appendOccurrence(hashOf(statement, entry));
      unprocessable.push({ account, entry, identities: [identity] });
    }
  }
  return { bookings, batchTotals, unprocessable };
}

type KeyFields = Pick<BankEntry | UnprocessableEntry, 'reference' | 'direction' | 'isReversal' | 'amount'>;

/** Part of every key, because a reversal can have the same reference as the booking that it reverses. */
function directionKey({ direction, isReversal }: Pick<KeyFields, 'direction' | 'isReversal'>): string {
  return isReversal ? `${direction}-reversal` : direction;
}

/**
 * Undefined when the entry has no reference. The key contains the amount (`?` when the amount is unreadable): if a bank
 * uses a reference for two entries with different amounts, the second entry is not a duplicate.
 */
function entryKey({ account }: BankStatement, entry: KeyFields): string | undefined {
  const { reference, amount } = entry;
  return reference === undefined
    ? undefined
    : `${account}/entry/${directionKey(entry)}/${reference}/${amount ? `${amount.amount} ${amount.currency}` : '?'}`;
}

/**
 * Undefined when the transaction has no reference, or shares its reference with another transaction of the entry: some
 * banks repeat the reference of the entry or batch in each transaction.
 */
function transactionKey(
  { account }: BankStatement,
  entry: BankEntry,
  { servicerReference }: BankTransaction,
): string | undefined {
  if (servicerReference === undefined) return undefined;
  if (sharedReferences(entry).has(servicerReference)) return undefined;
  return `${account}/transaction/${directionKey(entry)}/${servicerReference}`;
}

const sharedReferencesByEntry = new WeakMap<BankEntry, ReadonlySet<string>>();

function sharedReferences(entry: BankEntry): ReadonlySet<string> {
  let shared = sharedReferencesByEntry.get(entry);
  if (!shared) {
    const references = new Set<string>();
    const repeatedReferences = new Set<string>();
    for (const { servicerReference } of entry.transactions) {
      if (servicerReference === undefined) continue;
      if (references.has(servicerReference)) repeatedReferences.add(servicerReference);
      references.add(servicerReference);
    }
    shared = repeatedReferences;
    sharedReferencesByEntry.set(entry, shared);
  }
  return shared;
}

function hashOf(
  { account }: BankStatement,
  entry: BankEntry | UnprocessableEntry,
  transaction?: BankTransaction,
): string {
  const amount = transaction?.amount ?? entry.amount;
  const fields = [
    directionKey(entry),
    amount
      ? `${amount.amount} ${amount.currency}`
      : 'amountText' in entry
        ? `${entry.amountText} ${entry.currencyText}`
        : '',
    entry.bookingDate,
    entry.valueDate,
    transaction?.endToEndId,
    transaction?.creditorReference,
    transaction?.uncheckedReference,
    transaction?.remittanceText ?? ('text' in entry ? entry.text : undefined),
    transaction?.debtorName,
    transaction?.debtorIban,
  ];
  // JSON separates the fields unambiguously, regardless of the characters in a text.
  return `${account}/hash/${createHash('sha256')
    .update(JSON.stringify(fields.map((field) => field ?? null)))
    .digest('hex')}`;
}
