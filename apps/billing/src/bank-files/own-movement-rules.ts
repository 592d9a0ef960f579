import { newId, toId } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import type { LedgerAccount, LedgerEntry } from '../ledger/ledger-entry.ts';
import { postLedgerBookings, type LedgerBooking } from '../ledger/post-ledger-booking.ts';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList } from '@cordee/service/database/sql-values';
import type { BankEntry, BankFilePart, BankTransaction, Direction } from './bank-file.ts';
import { paymentIdOf } from '../payouts/bank-id.ts';
import type { Booking } from './movements.ts';
import { recordOfPayment, type BookingOutcome, type RecordedBooking } from './recorded-booking.ts';

/** Selects the ledger account of an own movement. In a pattern, `%` stands for any text. */
export interface MovementRule {
  readonly direction: Direction;
  /** Pattern of the bank transaction code; null for every code. */
  readonly code: string | null;
  /** Pattern of the name of the other party; null for every name. */
  readonly party: string | null;
  readonly account: LedgerAccount;
}

/** A payment to a customer that was ordered at the bank. `paymentIdOf` reads its id from the end-to-end id. */
interface OutgoingPayment {
  readonly id: string;
  readonly organizationId: `org_${string}`;
  readonly purpose: 'pay_out' | 'refund' | 'return';
  readonly currency: string;
  readonly amount: number;
}

/** Recognizes and books own movements by rules and by the outgoing payments (PAY-2). */
export class OwnMovementRules {
  private constructor(
    private readonly rules: readonly MovementRule[],
    private readonly outgoingPayments: ReadonlyMap<string, OutgoingPayment>,
  ) {}

  /** Reads the rules, and the payments to customers that the entries may be. */
  static async load(em: EntityManager, file: BankFilePart): Promise<OwnMovementRules> {
    const endToEndIds = file.statements
      .flatMap(({ entries }) => entries.flatMap(({ transactions }) => transactions))
      .flatMap(({ references: { endToEnd } }) => (endToEnd === undefined ? [] : (paymentIdOf(endToEnd) ?? [])));
    const [rules, outgoingPayments] = await Promise.all([
      em.execute<MovementRule[]>(
        `select direction, code, party, account from bank_movement_rule where retired_at is null order by position`,
      ),
      em.execute<
        {
          id: string;
          organization_id: string;
          purpose: OutgoingPayment['purpose'];
          currency: string;
          amount: string;
        }[]
      >(
        `select id, organization_id, purpose, currency, amount from outgoing_payment
         where id = any(?::uuid[]) order by id for update`,
        [uuidList(endToEndIds)],
      ),
    ]);
    return new OwnMovementRules(
      rules,
      new Map(
        outgoingPayments.map((row) => [
          toId('pay', row.id),
          { ...row, organizationId: toId('org', row.organization_id), amount: Number(row.amount) },
        ]),
      ),
    );
  }

  readonly isOwnMovement = (entry: BankEntry, transaction: BankTransaction): boolean =>
    this.outgoingPaymentOf(transaction) !== undefined || this.ruleOf(entry, transaction) !== undefined;

  /** Posts each movement between the ledger account `bank` and the ledger account of its rule or outgoing payment. */
  book({ em, now }: BillingContext, bookings: readonly Booking[]): RecordedBooking[] {
    const ledgerBookings: LedgerBooking[] = [];
    const executedIds: string[] = [];
    const failedIds: string[] = [];
    const recordedBookings = bookings.map((booking) => {
      const { entry, transaction } = booking;
      const id = newId('bkg', now);
      const amount = transaction.direction === 'credit' ? transaction.amount.amount : -transaction.amount.amount;
      const payment = this.outgoingPaymentOf(transaction);
      if (payment) (amount < 0 ? executedIds : failedIds).push(payment.id);
      const { entries, outcome } = payment
        ? movePayment(payment, amount)
        : moveByRule(this.ruleOf(entry, transaction), transaction, amount);
      ledgerBookings.push({
        organizationId: outcome.organizationId ?? undefined,
        id,
        kind: outcome.organizationId ? 'outgoing_payment' : 'bank_movement',
        ...(outcome.status === 'prepaid' && { reason: 'reversed' as const }),
        valuedOn: entry.valueDate,
        currency: transaction.amount.currency,
        entries: [{ account: 'bank', amount }, ...entries],
      });
      return recordOfPayment(id, booking, outcome);
    });
    postLedgerBookings(em, now, ledgerBookings);
    for (const [status, ids] of [
      ['executed', executedIds],
      ['failed', failedIds],
    ] as const)
      if (ids.length > 0)
        sendAhead(em, `update outgoing_payment set status = ? where id = any(?::uuid[])`, [
          status,
          `{${ids.join(',')}}`,
        ]);
    return recordedBookings;
  }

  private outgoingPaymentOf({ references: { endToEnd }, amount }: BankTransaction): OutgoingPayment | undefined {
    const payment = endToEnd === undefined ? undefined : this.outgoingPayments.get(paymentIdOf(endToEnd) ?? '');
    return payment?.amount === amount.amount && payment.currency === amount.currency ? payment : undefined;
  }

  private ruleOf(entry: BankEntry, transaction: BankTransaction): MovementRule | undefined {
    const { direction, debtorName } = transaction;
    const booking = { direction, isReversal: entry.isReversal, code: entry.code, party: debtorName };
    return this.rules.find((rule) => matchesRule(rule, booking));
  }
}

/** The ledger entries of a movement besides the entry of `bank`, and the outcome for the record. */
interface Move {
  readonly entries: readonly LedgerEntry[];
  readonly outcome: BookingOutcome;
}

/** A debit executes an outgoing payment. A credit with the id of the payment returns its money. */
function movePayment({ organizationId, purpose }: OutgoingPayment, amount: number): Move {
  if (amount < 0)
    return {
      entries: [{ account: 'outgoing', amount: -amount }],
      outcome: { status: 'own_movement', organizationId, detail: 'a payment to a customer was executed' },
    };
  // The money was in suspense before the payment, because its owner was unknown.
  if (purpose === 'return') return moveToSuspense(amount, 'payment_returned', 'an outgoing payment was returned');
  return {
    entries: [{ account: 'prepaid', amount: -amount }],
    outcome: {
      status: 'prepaid',
      organizationId,
      reason: 'reversed',
      detail: 'a payment to the customer was returned',
    },
  };
}

function moveByRule(rule: MovementRule | undefined, transaction: BankTransaction, amount: number): Move {
  if (!rule)
    return amount < 0
      ? moveToSuspense(amount, 'rule_missing', 'no rule matches this debit')
      : moveToSuspense(amount, 'payment_returned', 'an outgoing payment was returned');
  const charges = rule.account === 'card' && amount > 0 ? chargesIn(transaction) : 0;
  return {
    entries: [
      { account: 'card_fees', amount: charges },
      { account: rule.account, amount: -amount - charges },
    ],
    outcome: { status: 'own_movement', detail: rule.account },
  };
}

const moveToSuspense = (amount: number, reason: string, detail: string): Move => ({
  entries: [{ account: 'suspense', amount: -amount }],
  outcome: { status: 'suspense', reason, detail },
});

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
