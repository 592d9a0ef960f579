import type { BankEntry, BankFile, BankFilePart, BankTransaction, UnprocessableEntry } from './bank-file.ts';
import { identityOf, type BookingIdentity } from './booking-identity.ts';

/** A bank report: `053` is the account statement, `054` the notification. */
export type BankReport = BankFile['kind'];

/** Something that a file contains. */
interface InFile {
  /** Ascends in the order of the file. An entry and its first payment have the same position. */
  readonly position: number;
}

/** One payment of a file. */
export interface Booking extends InFile {
  readonly account: string;
  readonly identity: BookingIdentity;
  readonly entry: BankEntry;
  readonly transaction: BankTransaction;
}

/** A total: a whole entry with money of customers. The totals of the two reports clear each other. */
export interface EntryTotal extends InFile {
  readonly account: string;
  readonly identity: BookingIdentity;
  readonly entry: BankEntry | UnprocessableEntry;
}

/** An entry that cannot be processed; staff decides about it. */
export interface UnprocessableBooking extends InFile {
  readonly account: string;
  readonly identity: BookingIdentity;
  readonly entry: UnprocessableEntry;
}

/**
 * Booked entries of a file. Entries that are not booked yet (pending, information, future) are omitted: a later file
 * contains them as booked.
 */
export interface Movements {
  /** Payments of customers and their reversals; empty in the report that does not count. */
  readonly payments: Booking[];
  readonly unprocessable: UnprocessableBooking[];
  /** The entries of the payments, and the entries with money of customers in the report that does not count. */
  readonly totals: EntryTotal[];
  /** Money of the seller, such as fees. The account statement books it. */
  readonly ownMovements: Booking[];
  /** Money of the seller in a notification: the account statement contains it too. */
  readonly ignored: Booking[];
}

/** A booked entry of a file, with the identities of the entry and of its payments. */
export interface IdentifiedEntry {
  readonly account: string;
  readonly entry: BankEntry;
  readonly bookings: readonly Booking[];
  readonly total: EntryTotal;
}

interface IdentifiedUnprocessable {
  readonly booking: UnprocessableBooking;
  readonly total: EntryTotal;
}

/** The booked entries of a file. The identity of an entry is the same in each file of the same kind. */
export interface IdentifiedEntries {
  readonly kind: BankReport;
  readonly nextPosition: number;
  readonly entries: readonly IdentifiedEntry[];
  readonly unprocessable: readonly IdentifiedUnprocessable[];
}

/**
 * Identifies the booked entries of a part of a file. `firstPosition` is the `nextPosition` of the previous part, 0 for
 * the first part.
 */
export function identifyEntries(
  { kind, statements }: Pick<BankFilePart, 'kind' | 'statements'>,
  firstPosition = 0,
): IdentifiedEntries {
  const { positions, nextPosition } = positionsOf(statements, firstPosition);
  const totalOf = (account: string, entry: EntryTotal['entry']): EntryTotal => ({
    account,
    entry,
    position: positions.get(entry)!,
    identity: identityOf(`entry ${kind}`, account, entry),
  });
  const isBooked = ({ status }: EntryTotal['entry']): boolean => status === 'booked';
  return {
    kind,
    nextPosition,
    entries: statements.flatMap(({ account, entries }) =>
      entries.filter(isBooked).map((entry) => ({
        account,
        entry,
        bookings: transactionsOf(entry).map((transaction, index) => ({
          account,
          entry,
          transaction,
          position: positions.get(entry)! + index,
          identity: identityOf('payment', account, entry, transaction),
        })),
        total: totalOf(account, entry),
      })),
    ),
    unprocessable: statements.flatMap(({ account, unprocessable }) =>
      unprocessable.filter(isBooked).map((entry) => ({
        booking: {
          account,
          entry,
          position: positions.get(entry)!,
          identity: identityOf('payment', account, entry),
        },
        total: totalOf(account, entry),
      })),
    ),
  };
}

/** Numbers the entries of consecutive statements. An entry takes as many positions as it has payments. */
function positionsOf(
  statements: BankFilePart['statements'],
  firstPosition: number,
): { positions: ReadonlyMap<EntryTotal['entry'], number>; nextPosition: number } {
  const positions = new Map<EntryTotal['entry'], number>();
  let nextPosition = firstPosition;
  for (const { entries, unprocessable } of statements)
    // Both lists are in the order of the file; most statements have no unprocessable entries.
    for (const entry of [...entries, ...unprocessable].sort((a, b) => indexOf(a) - indexOf(b))) {
      positions.set(entry, nextPosition);
      nextPosition += 'transactions' in entry ? Math.max(1, entry.transactions.length) : 1;
    }
  return { positions, nextPosition };
}

/** The index of an entry in its statement: 2 for `…/Ntry[2]`. */
const indexOf = ({ pointer }: EntryTotal['entry']): number => Number(/(\d+)\]$/.exec(pointer)?.[1] ?? 0);

/** Returns the identities of entries and of their payments. */
export const identitiesOf = ({ entries, unprocessable }: IdentifiedEntries): BookingIdentity[] =>
  [
    ...entries.flatMap(({ bookings, total }) => [...bookings, total]),
    ...unprocessable.flatMap(({ booking, total }) => [booking, total]),
  ].map(({ identity }) => identity);

/**
 * Divides entries of a file (PAY-2). The report that counts for an account moves the money of customers. The other
 * report only proves the totals. Money of the seller is booked from the account statement.
 */
export function movementsOf(
  { kind, entries, unprocessable }: IdentifiedEntries,
  countingReportOf: (account: string) => BankReport,
  isMoneyOfSeller: (entry: IdentifiedEntry) => boolean,
): Movements {
  const movements: Movements = { payments: [], unprocessable: [], totals: [], ownMovements: [], ignored: [] };
  for (const each of entries) {
    const { account, entry, bookings, total } = each;
    if (isOutgoing(entry) || isMoneyOfSeller(each))
      (kind === '053' ? movements.ownMovements : movements.ignored).push(...bookings);
    else {
      if (kind === countingReportOf(account)) movements.payments.push(...bookings);
      movements.totals.push(total);
    }
  }
  for (const { booking, total } of unprocessable) {
    const { account, entry } = booking;
    const isCountingReport = kind === countingReportOf(account);
    const isMoneyOfCustomers = !isOutgoing(entry);
    if (isMoneyOfCustomers && entry.amount) movements.totals.push(total);
    // In the report that does not count, an entry with an amount is only a total. An outgoing entry needs a decision
    // only in the account statement.
    if (isMoneyOfCustomers ? isCountingReport || !entry.amount : kind === '053') movements.unprocessable.push(booking);
  }
  return movements;
}

/** True for a payment of the seller, and for the return of such a payment. */
const isOutgoing = ({ direction, isReversal }: Pick<BankEntry, 'direction' | 'isReversal'>): boolean =>
  (direction === 'debit') !== isReversal;

/** The payments of an entry. A batch without details counts as one payment of an unknown payer. */
export const transactionsOf = (entry: BankEntry): readonly BankTransaction[] =>
  entry.transactions.length > 0
    ? entry.transactions
    : [
        {
          references: {},
          amount: entry.amount,
          direction: entry.direction,
          charges: undefined,
          instructedAmount: undefined,
          creditorReference: undefined,
          otherReferences: [],
          uncheckedReference: undefined,
          remittanceText: '',
          debtorName: undefined,
          debtorIban: undefined,
        },
      ];
