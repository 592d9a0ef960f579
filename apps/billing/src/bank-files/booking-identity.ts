import { createHash } from 'node:crypto';
import type { BankEntry, BankFile, BankStatement, BankTransaction, OddEntry } from './bank-file.ts';

/** A payment of a file, ready to be counted once. */
export interface Booking {
  readonly account: string;
  /**
   * Keys of the booking, the strongest first. It was counted before if **any** of them is known: a 053 may know only the entry,
   * the 054 of the same booking the transaction as well. All of them are to be stored, each unique.
   */
  readonly identities: readonly string[];
  /** Key of the batch total that it is a detail of; a total held under this key is detailed by it. */
  readonly batch: string | undefined;
  readonly entry: BankEntry;
  readonly transaction: BankTransaction;
}

/** A total whose payments come in another file. */
export interface BatchTotal {
  readonly account: string;
  /** Equals {@link Booking.batch} of its details. Undefined when the bank gave no reference: nothing can ever detail it. */
  readonly batch: string | undefined;
  readonly identities: readonly string[];
  readonly entry: BankEntry;
}

/** An entry for the suspense account. */
export interface Suspense {
  readonly account: string;
  readonly identities: readonly string[];
  readonly odd: OddEntry;
}

/** What a file books: announcements (pending, information, future) are left out, they come again as booked. */
export interface FileBookings {
  readonly bookings: readonly Booking[];
  readonly batchTotals: readonly BatchTotal[];
  readonly suspense: readonly Suspense[];
}

/**
 * Gives each booking of a file its identity (PAY-2): account and servicer reference of the transaction, else of its entry with the place
 * in the entry; without any, a hash of its fields and how many like it came before in the file, so that two genuine equal bookings
 * count twice and the same file counts once.
 */
export function bookingsOf(file: BankFile): FileBookings {
  const seen = new Map<string, number>();
  const numbered = (hash: string): string => {
    const before = seen.get(hash) ?? 0;
    seen.set(hash, before + 1);
    return `${hash}/${before}`;
  };
  const bookings: Booking[] = [];
  const batchTotals: BatchTotal[] = [];
  const suspense: Suspense[] = [];
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
          identities: [batch ? `${batch}/total` : numbered(hashOf(statement, entry))],
        });
        continue;
      }
      for (const [place, transaction] of entry.transactions.entries()) {
        const own = transactionKey(statement, entry, transaction);
        const keys = [own, batch && `${batch}/${place}`].filter((key) => key !== undefined);
        const identities = keys.length > 0 ? keys : [numbered(hashOf(statement, entry, transaction))];
        bookings.push({ account, identities, batch, entry, transaction });
      }
    }
    for (const odd of statement.odd) {
      if (odd.status !== 'booked') continue;
      const key = entryKey(statement, odd);
      suspense.push({ account, odd, identities: [key ? `${key}/odd` : numbered(hashOf(statement, odd))] });
    }
  }
  return { bookings, batchTotals, suspense };
}

type Line = Pick<BankEntry | OddEntry, 'reference' | 'direction' | 'isReversal' | 'amount'>;

/** A reversal may carry the reference of what it takes back, so the way the money goes belongs to the key. */
function way({ direction, isReversal }: Pick<Line, 'direction' | 'isReversal'>): string {
  return isReversal ? `${direction}-reversal` : direction;
}

/** With the amount of the entry, which 053 and 054 share: a bank that used a reference twice must not make us lose the second payment. */
function entryKey({ account }: BankStatement, entry: Line): string | undefined {
  const { reference, amount } = entry;
  return reference === undefined
    ? undefined
    : `${account}/entry/${way(entry)}/${reference}/${amount ? `${amount.amount} ${amount.currency}` : '?'}`;
}

/** Some banks write the entry's reference, or one for the whole batch, into every transaction: then it tells none of them. */
function transactionKey(
  { account }: BankStatement,
  entry: BankEntry,
  { servicerReference }: BankTransaction,
): string | undefined {
  if (servicerReference === undefined) return undefined;
  const sharing = sharedReferences(entry);
  if (sharing.has(servicerReference)) return undefined;
  return `${account}/transaction/${way(entry)}/${servicerReference}`;
}

const sharedByEntry = new WeakMap<BankEntry, ReadonlySet<string>>();

function sharedReferences(entry: BankEntry): ReadonlySet<string> {
  let shared = sharedByEntry.get(entry);
  if (!shared) {
    const once = new Set<string>();
    const often = new Set<string>();
    for (const { servicerReference } of entry.transactions) {
      if (servicerReference === undefined) continue;
      if (once.has(servicerReference)) often.add(servicerReference);
      once.add(servicerReference);
    }
    shared = often;
    sharedByEntry.set(entry, shared);
  }
  return shared;
}

function hashOf({ account }: BankStatement, entry: BankEntry | OddEntry, transaction?: BankTransaction): string {
  const amount = transaction?.amount ?? entry.amount;
  const fields = [
    way(entry),
    amount
      ? `${amount.amount} ${amount.currency}`
      : 'amountText' in entry
        ? `${entry.amountText} ${entry.currencyText}`
        : '',
    entry.bookingDate,
    entry.valueDate,
    transaction?.endToEndId,
    transaction?.creditorReference,
    transaction?.givenReference,
    transaction?.remittanceText ?? ('text' in entry ? entry.text : undefined),
    transaction?.debtorName,
    transaction?.debtorIban,
  ];
  // As JSON, so that a text cannot pass for the border between two fields.
  return `${account}/hash/${createHash('sha256')
    .update(JSON.stringify(fields.map((field) => field ?? null)))
    .digest('hex')}`;
}
