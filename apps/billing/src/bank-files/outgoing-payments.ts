import { toId, toUuid } from '@cordee/contracts/id';
import type { MoneyValue } from '@cordee/contracts/values';
import { money, type Money } from '@cordee/money/money';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { parsePaymentId } from '../payouts/end-to-end-id.ts';
import type { BankEntry, BankFilePart, BankTransaction, Direction } from './bank-file.ts';
import { identityOf } from './booking-identity.ts';
import type { Booking } from './movements.ts';
import { toMoneyValue, type BookingOutcome } from './recorded-booking.ts';

/** A payment to a customer that a payment file contained. `parsePaymentId` reads its id from the end-to-end id. */
export interface OutgoingPayment {
  readonly id: `pay_${string}`;
  readonly organizationId: `org_${string}`;
  readonly purpose: 'pay_out' | 'refund' | 'return';
  readonly currency: string;
  /** Minor units. */
  readonly amount: number;
}

/** An outgoing payment in a bank file. Its charges are what a debit took in addition, or what a return lacks. */
interface FoundPayment {
  readonly payment: OutgoingPayment;
  /** The amount that the account of the seller got or lost, in minor units. */
  readonly amount: number;
  readonly charges: number;
}

/** An outgoing payment that a booking of a bank file executes or returns. */
export interface PaymentMovement extends FoundPayment {
  readonly booking: Booking;
  /** Null for a booking of a notification: the account statement moves the money. */
  readonly ledgerBookingId: `bkg_${string}` | null;
}

/** The outgoing payments with the end-to-end ids of a file. */
export class OutgoingPayments {
  private constructor(private readonly payments: ReadonlyMap<string, OutgoingPayment>) {}

  static async load(em: EntityManager, file: BankFilePart): Promise<OutgoingPayments> {
    const ids = file.statements
      .flatMap(({ entries }) => entries.flatMap(({ transactions }) => transactions))
      .flatMap(({ references: { endToEnd } }) => (endToEnd === undefined ? [] : (parsePaymentId(endToEnd) ?? [])));
    const rows = await em.execute<
      { id: string; organization_id: string; purpose: OutgoingPayment['purpose']; currency: string; amount: string }[]
    >(
      `select id, organization_id, purpose, currency, amount from outgoing_payment
       where id = any(?::uuid[]) order by id for update`,
      [uuidList(ids)],
    );
    return new OutgoingPayments(
      new Map(
        rows.map((row) => [
          toId('pay', row.id),
          {
            id: toId('pay', row.id),
            organizationId: toId('org', row.organization_id),
            purpose: row.purpose,
            currency: row.currency,
            amount: Number(row.amount),
          },
        ]),
      ),
    );
  }

  /** Finds the outgoing payment that a transaction executes or returns. Charges may change the amount. */
  find(entry: BankEntry, transaction: BankTransaction): FoundPayment | undefined {
    const { references, direction, creditorReference } = transaction;
    // The amount of an entry contains the charges; the amount of its only transaction need not contain them.
    const { amount, currency } = entry.transactions.length === 1 ? entry.amount : transaction.amount;
    const payment = this.payments.get(parsePaymentId(references.endToEnd ?? '') ?? '');
    if (payment?.currency !== currency) return undefined;
    const missing = payment.amount - amount;
    if (missing === 0) return { payment, amount, charges: 0 };
    if (direction === 'debit') return missing < 0 ? { payment, amount, charges: -missing } : undefined;
    // A payment with the reference of a document is no return.
    if (missing < 0 || creditorReference !== undefined) return undefined;
    const charges = isReturn(entry, transaction) ? missing : Math.min(missing, shownCharges(entry, transaction));
    return { payment, amount, charges };
  }
}

/** True when the bank states that the transaction returns a payment. The sender of a payment cannot state it. */
const isReturn = ({ isReversal, code }: BankEntry, transaction: BankTransaction): boolean =>
  isReversal || transaction.isReturn === true || (code ?? '').endsWith('.RRTN');

/** The charges that a file shows for a transaction: the stated ones, or what is missing of the instructed amount. */
function shownCharges(entry: BankEntry, { amount, charges, instructedAmount }: BankTransaction): number {
  const amountIn = (value: Money | undefined): number => (value?.currency === amount.currency ? value.amount : 0);
  // The charges of an entry with several transactions belong to no single transaction.
  const entryCharges = entry.transactions.length === 1 ? entry.charges : undefined;
  return Math.max(0, amountIn(charges), amountIn(entryCharges), amountIn(instructedAmount) - amount.amount);
}

/** Positive for a credit. */
export const signedAmountOf = ({ amount, direction }: { amount: Money; direction: Direction }): number =>
  direction === 'credit' ? amount.amount : -amount.amount;

/** The ledger entries of a movement besides the entry of the account with the money, and the outcome for the record. */
export interface Move {
  readonly entries: readonly LedgerEntry[];
  /** The amount that the prepaid account of a customer gets. */
  readonly creditedAmount?: number;
  readonly outcome: BookingOutcome;
}

/** A payment to a customer that came back to prepaid. */
export interface ReturnedPayment {
  readonly bookingId: `bkg_${string}`;
  readonly organizationId: `org_${string}`;
  readonly amount: MoneyValue;
  readonly valueDate: string;
}

/** Returns the returned payment of a movement; undefined for every other movement. */
export const returnedPaymentOf = (
  { payment: { organizationId, currency } }: Pick<FoundPayment, 'payment'>,
  { creditedAmount }: Move,
  bookingId: `bkg_${string}`,
  valueDate: string,
): ReturnedPayment | undefined => {
  const amount = creditedAmount === undefined ? null : toMoneyValue(money(creditedAmount, currency));
  return amount ? { bookingId, organizationId, amount, valueDate } : undefined;
};

/**
 * A debit executes an outgoing payment. A credit with the id of the payment returns its money. The seller bears the
 * charges.
 */
export function movePayment(
  { payment: { organizationId, purpose }, charges }: Pick<FoundPayment, 'payment' | 'charges'>,
  amount: number,
): Move {
  const fees = { account: 'bank_fees', amount: charges } as const;
  if (amount < 0)
    return {
      entries: [fees, { account: 'outgoing', amount: -amount - charges }],
      outcome: { status: 'own_movement', organizationId, detail: 'a payment to a customer was executed' },
    };
  // The money was in suspense before the payment, because its owner was unknown.
  if (purpose === 'return') return moveToSuspense(amount, 'payment_returned', 'an outgoing payment was returned');
  return {
    entries: [fees, { account: 'prepaid', amount: -amount - charges }],
    creditedAmount: amount + charges,
    outcome: {
      status: 'prepaid',
      organizationId,
      reason: 'reversed',
      detail: 'a payment to the customer was returned',
    },
  };
}

export const moveToSuspense = (amount: number, reason: string, detail: string): Move => ({
  entries: [{ account: 'suspense', amount: -amount }],
  outcome: { status: 'suspense', reason, detail },
});

/** Records movements of outgoing payments. Each payment is executed once and returned once. */
export function recordMovements(em: EntityManager, movements: readonly PaymentMovement[]): void {
  if (movements.length === 0) return;
  sendAhead(
    em,
    `insert into outgoing_payment_movement (
       payment_id, direction, amount, charges, movement_key, total_key, reference, booking_id
     )
     select distinct on (payment, direction) payment, direction, amount, charges, "movementKey", "totalKey", reference,
            booking
     from jsonb_to_recordset(?::jsonb) as row (
       payment uuid, direction text, amount bigint, charges bigint, "movementKey" uuid, "totalKey" uuid, reference text,
       booking uuid
     )
     on conflict (payment_id, direction)
       do update set booking_id = coalesce(outgoing_payment_movement.booking_id, excluded.booking_id)`,
    [
      JSON.stringify(
        movements.map(({ payment, amount, charges, booking: { account, entry, transaction }, ledgerBookingId }) => ({
          payment: toUuid(payment.id),
          direction: transaction.direction,
          amount,
          charges,
          movementKey: identityOf('payment', account, entry).key,
          totalKey: identityOf('entry 053', account, entry).key,
          reference: entry.reference ?? null,
          booking: uuidOrNull(ledgerBookingId),
        })),
      ),
    ],
  );
  updateStatuses(
    em,
    movements.flatMap(({ payment, ledgerBookingId }) => (ledgerBookingId ? payment.id : [])),
  );
}

/** Sets the status of payments by their movements. A returned payment remains returned when its debit comes later. */
export function updateStatuses(em: EntityManager, paymentIds: readonly `pay_${string}`[]): void {
  if (paymentIds.length === 0) return;
  sendAhead(
    em,
    `update outgoing_payment set status = moved.status
     from (
       select payment_id, case when bool_or(direction = 'credit') then 'failed' else 'executed' end as status
       from outgoing_payment_movement
       where payment_id = any(?::uuid[]) and booking_id is not null group by payment_id
     ) moved
     where id = moved.payment_id`,
    [uuidList(paymentIds)],
  );
}
