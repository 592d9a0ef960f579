import { newId } from '@cordee/contracts/id';
import { money } from '@cordee/money/money';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import type { LedgerAccount } from '../ledger/ledger-entry.ts';
import { postLedgerBookings, type LedgerBooking } from '../ledger/post-ledger-booking.ts';
import type { BankEntry, BankFilePart, BankTransaction, Direction } from './bank-file.ts';
import { netOf } from './camt-fields.ts';
import type { Booking } from './movements.ts';
import {
  movePayment,
  moveToSuspense,
  OutgoingPayments,
  recordMovements,
  returnedPaymentOf,
  signedAmountOf,
  type Move,
  type PaymentMovement,
  type ReturnedPayment,
} from './outgoing-payments.ts';
import { recordOfPayment, type RecordedBooking } from './recorded-booking.ts';

/** Selects the ledger account of an own movement. In a pattern, `%` stands for any text. */
export interface MovementRule {
  readonly direction: Direction;
  /** Pattern of the bank transaction code; null for every code. */
  readonly code: string | null;
  /** Pattern of the name of the other party; null for every name. */
  readonly party: string | null;
  readonly account: LedgerAccount;
}

interface BookedMovements {
  readonly recordedBookings: readonly RecordedBooking[];
  /** The payments to customers that came back to prepaid. */
  readonly returnedPayments: readonly ReturnedPayment[];
}

/** Recognizes and books own movements by rules and by the outgoing payments (PAY-2). */
export class OwnMovementRules {
  private constructor(
    private readonly rules: readonly MovementRule[],
    private readonly outgoingPayments: OutgoingPayments,
  ) {}

  /** Reads the rules, and the payments to customers that the entries may be. */
  static async load(em: EntityManager, file: BankFilePart): Promise<OwnMovementRules> {
    const [rules, outgoingPayments] = await Promise.all([
      em.execute<MovementRule[]>(
        `select direction, code, party, account from bank_movement_rule where retired_at is null order by position`,
      ),
      OutgoingPayments.load(em, file),
    ]);
    return new OwnMovementRules(rules, outgoingPayments);
  }

  /** True for a payment to a customer, and for the return of such a payment. */
  readonly isOutgoingPayment = ({ entry, transaction }: Booking): boolean =>
    this.outgoingPayments.find(entry, transaction) !== undefined;

  readonly isOwnMovement = (booking: Booking): boolean =>
    this.isOutgoingPayment(booking) || this.ruleOf(booking.entry, booking.transaction) !== undefined;

  /** Posts each movement between the ledger account `bank` and the ledger account of its rule or outgoing payment. */
  book({ em, now }: BillingContext, bookings: readonly Booking[]): BookedMovements {
    const ledgerBookings: LedgerBooking[] = [];
    const movements: PaymentMovement[] = [];
    const returnedPayments: ReturnedPayment[] = [];
    const recordedBookings = bookings.map((booking) => {
      const { account: bankAccount, entry, transaction } = booking;
      const { currency } = transaction.amount;
      const id = newId('bkg', now);
      const movement = this.outgoingPayments.find(entry, transaction);
      const amount = signedAmountOf({ ...transaction, ...(movement && { amount: money(movement.amount, currency) }) });
      if (movement) movements.push({ ...movement, booking, ledgerBookingId: id });
      const rule = movement ? undefined : this.ruleOf(entry, transaction);
      const entryCharges = movement && entry.transactions.length === 1 ? 0 : chargesOfEntry(booking);
      const move = movement ? movePayment(movement, amount) : moveByRule(rule, booking, { amount, entryCharges });
      const { entries, outcome } = move;
      const returnedPayment = movement && returnedPaymentOf(movement, move, id, entry.valueDate);
      if (returnedPayment) returnedPayments.push(returnedPayment);
      ledgerBookings.push({
        organizationId: outcome.organizationId ?? undefined,
        id,
        kind: outcome.organizationId ? 'outgoing_payment' : 'bank_movement',
        ...(outcome.status === 'prepaid' && { reason: 'reversed' as const }),
        valuedOn: entry.valueDate,
        currency,
        entries: [
          { account: 'bank', bankAccount, amount: amount - entryCharges },
          { account: rule?.account === 'card' ? 'card_fees' : 'bank_fees', amount: entryCharges },
          ...entries,
        ],
      });
      return recordOfPayment(id, booking, outcome);
    });
    postLedgerBookings(em, now, ledgerBookings);
    recordMovements(em, movements);
    return { recordedBookings, returnedPayments };
  }

  /** Records which payments a notification names. The account statement moves their money. */
  recordNotified(em: EntityManager, bookings: readonly Booking[]): void {
    recordMovements(
      em,
      bookings.flatMap((booking) => {
        const movement = this.outgoingPayments.find(booking.entry, booking.transaction);
        return movement ? { ...movement, booking, ledgerBookingId: null } : [];
      }),
    );
  }

  private ruleOf(entry: BankEntry, transaction: BankTransaction): MovementRule | undefined {
    const { direction, debtorName } = transaction;
    const booking = { direction, isReversal: entry.isReversal, code: entry.code, party: debtorName };
    return this.rules.find((rule) => matchesRule(rule, booking));
  }
}

/** The charges that make an entry smaller than its transactions. They belong to its first transaction. */
function chargesOfEntry({ entry, transaction }: Booking): number {
  if (transaction !== entry.transactions[0]) return 0;
  const net = netOf(entry.transactions, entry.amount.currency);
  return net ? net.amount - signedAmountOf(entry) : 0;
}

function moveByRule(
  rule: MovementRule | undefined,
  { entry: { isReversal }, transaction }: Booking,
  { amount, entryCharges }: { amount: number; entryCharges: number },
): Move {
  if (!rule)
    return amount > 0 && isReversal
      ? moveToSuspense(amount, 'payment_returned', 'an outgoing payment was returned')
      : moveToSuspense(amount, 'rule_missing', `no rule matches this ${transaction.direction}`);
  const charges = rule.account === 'card' && amount > 0 && entryCharges === 0 ? chargesIn(transaction) : 0;
  return {
    entries: [
      { account: 'card_fees', amount: charges },
      { account: rule.account, amount: -amount - charges },
    ],
    outcome: { status: 'own_movement', detail: rule.account },
  };
}

/** The fields of a booking that rules compare. */
interface RuledBooking {
  readonly direction: Direction;
  readonly isReversal: boolean;
  readonly code: string | null | undefined;
  readonly party: string | null | undefined;
}

/** True when a rule matches a booking. A missing code or party counts as an empty text. */
export const matchesRule = (
  { direction, code, party }: Omit<MovementRule, 'account'>,
  booking: RuledBooking,
): boolean =>
  direction === booking.direction &&
  !booking.isReversal &&
  (code === null || isLike(code, booking.code ?? '')) &&
  (party === null || isLike(party, booking.party ?? ''));

/** Returns the charges that the payment provider kept; 0 when the charges are in another currency. */
const chargesIn = ({ charges, amount }: BankTransaction): number =>
  charges?.currency === amount.currency ? charges.amount : 0;

/** Compares like `ilike` in SQL, but only `%` is a wildcard. */
const isLike = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('%', '.*')}$`, 'is').test(text);
