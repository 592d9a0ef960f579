import { newId, toId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import type { BillingContext } from '../billing-context.ts';
import type { LedgerAccount } from '../ledger/ledger-entry.ts';
import { postLedgerBookings } from '../ledger/post-ledger-booking.ts';
import {
  movePayment,
  returnedPaymentOf,
  updateStatuses,
  type OutgoingPayment,
  type ReturnedPayment,
} from './outgoing-payments.ts';

interface NotifiedRow {
  payment_id: string;
  direction: 'credit' | 'debit';
  amount: string;
  charges: string;
  organization_id: string;
  purpose: OutgoingPayment['purpose'];
  payment_amount: string;
  currency: string;
  statement_booking_id: string;
  value_on: string;
  /** The ledger account that got the money of the entry. */
  account: LedgerAccount;
  bank_account: string | null;
  /** The part of the entry that no payment has moved yet. */
  rest: string;
}

/**
 * Settles outgoing payments that a notification names and that an account statement contains without details: moves
 * their money from the ledger account to which the statement was booked. A movement about which staff has decided stays
 * unchanged. Returns the payments that came back to prepaid.
 */
export async function settleNotifiedPayments({ em, now }: BillingContext): Promise<ReturnedPayment[]> {
  const rows = await em.execute<NotifiedRow[]>(
    `select movement.payment_id, movement.direction, movement.amount, movement.charges, payment.organization_id,
            payment.purpose, payment.amount as payment_amount, payment.currency, booking.id as statement_booking_id,
            booking.value_on::text, source.account, source.bank_account,
            booking.amount - settled.amount as rest
     from outgoing_payment_movement movement
     join outgoing_payment payment on payment.id = movement.payment_id
     cross join lateral (
       select booking_id as id from clearing_entry
       where identity_key = movement.total_key and report = '053'
         and (reference = movement.reference or reference is null or movement.reference is null)
       union all
       select id from bank_booking
       where identity_key = movement.movement_key and organization_id is null
         -- Where the account statement counts, the returned payment is in suspense as a whole.
         and (
           status = 'own_movement'
           or status = 'suspense' and direction = movement.direction and amount = movement.amount
             and not exists (select from ledger_booking where reverses = bank_booking.id)
         )
         and (
           identity #>> '{references,entry}' = movement.reference or identity #>> '{references,entry}' is null
           or movement.reference is null
         )
     ) same
     join bank_booking booking on booking.id = same.id and booking.status in ('own_movement', 'total', 'suspense')
     cross join lateral (
       select account, bank_account from ledger_entry
       where booking_id = booking.id and account not in ('bank', 'bank_fees', 'card_fees') limit 1
     ) source
     cross join lateral (
       select coalesce(sum(amount), 0) as amount from outgoing_payment_movement
       where statement_booking_id = booking.id
     ) settled
     where movement.booking_id is null
       -- The money of a returned payment of nobody stays in clearing, where staff decides about it.
       and (movement.direction = 'debit' or payment.purpose <> 'return')
       and not exists (select from suspense_resolution where booking_id = booking.id)
     order by movement.payment_id, movement.direction, booking.id`,
  );
  const settledRows = chooseBookings(rows);
  if (settledRows.length === 0) return [];
  const settled = settledRows.map((row) => {
    const payment = {
      id: toId('pay', row.payment_id),
      organizationId: toId('org', row.organization_id),
      purpose: row.purpose,
      currency: row.currency,
      amount: Number(row.payment_amount),
    };
    const amount = row.direction === 'credit' ? Number(row.amount) : -Number(row.amount);
    const move = movePayment({ payment, charges: Number(row.charges) }, amount);
    return { row, payment, amount, move, id: newId('bkg', now) };
  });
  postLedgerBookings(
    em,
    now,
    settled.map(({ row, payment, amount, move, id }) => ({
      organizationId: payment.organizationId,
      id,
      kind: 'outgoing_payment' as const,
      ...(move.outcome.status === 'prepaid' && { reason: 'reversed' as const }),
      valuedOn: row.value_on,
      currency: payment.currency,
      entries: [{ account: row.account, bankAccount: row.bank_account ?? undefined, amount }, ...move.entries],
    })),
  );
  sendAhead(
    em,
    `update outgoing_payment_movement movement
     set booking_id = settled.booking, statement_booking_id = settled."statementBooking"
     from jsonb_to_recordset(?::jsonb) as settled (payment uuid, direction text, booking uuid, "statementBooking" uuid)
     where movement.payment_id = settled.payment and movement.direction = settled.direction`,
    [
      JSON.stringify(
        settled.map(({ row, id }) => ({
          payment: row.payment_id,
          direction: row.direction,
          booking: toUuid(id),
          statementBooking: row.statement_booking_id,
        })),
      ),
    ],
  );
  updateStatuses(
    em,
    settled.map(({ payment }) => payment.id),
  );
  sendAhead(em, `update clearing_entry set cleared_at = ? where booking_id = any(?::uuid[]) and cleared_at is null`, [
    now,
    `{${settled.map(({ row }) => row.statement_booking_id).join(',')}}`,
  ]);
  return settled.flatMap(({ row, payment, move, id }) => returnedPaymentOf({ payment }, move, id, row.value_on) ?? []);
}

/** Chooses for each payment the first booking whose rest covers the payment. */
function chooseBookings(rows: readonly NotifiedRow[]): NotifiedRow[] {
  const rests = new Map<string, number>();
  const settledKeys = new Set<string>();
  return rows.filter((row) => {
    const key = `${row.payment_id} ${row.direction}`;
    const rest = rests.get(row.statement_booking_id) ?? Number(row.rest);
    if (settledKeys.has(key) || rest < Number(row.amount)) return false;
    settledKeys.add(key);
    rests.set(row.statement_booking_id, rest - Number(row.amount));
    return true;
  });
}
