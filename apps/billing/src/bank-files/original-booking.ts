import { toId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Booking } from './movements.ts';

/** The ledger booking that credited the money which the bank takes back. */
export interface OriginalBooking {
  id: `bkg_${string}`;
  organizationId: `org_${string}` | undefined;
  currency: Currency;
}

/**
 * Finds the newest unreversed payment that has the amount of the reversal and shares the most references with the
 * reversal. Undefined when payments of several organizations share as many: payers give equal end-to-end ids.
 */
export async function findOriginalBooking(
  em: EntityManager,
  { account, identity, transaction }: Booking,
): Promise<OriginalBooking | undefined> {
  const rows = await em.execute<{ id: string; organization_id: string | null; currency: Currency }[]>(
    `select id, organization_id, currency from (
       select coalesce(resolution.ledger_booking_id, booking.id) as id, booking.id as booking_id,
              coalesce(resolution.organization_id, booking.organization_id) as organization_id, booking.currency,
              rank() over (order by shared.count desc) as rank
       from bank_booking booking
       left join suspense_resolution resolution on resolution.booking_id = booking.id
       cross join lateral (
         select count(*) + coalesce((booking.reference = ?)::integer, 0) as count
         from jsonb_each_text(booking.identity -> 'references')
         join jsonb_each_text(?::jsonb) as wanted using (key, value)
       ) shared
       where booking.status in ('paid', 'prepaid', 'suspense') and booking.amount = ? and booking.currency = ?
         and booking.direction = 'credit' and shared.count > 0
         -- Bookings of an earlier version have no account.
         and (booking.account is null or booking.account = ?)
         -- Money that was returned to the payer cannot be taken back automatically.
         and resolution.kind is distinct from 'returned'
         and not exists (
           select from ledger_booking reversal
           where reversal.reverses in (booking.id, resolution.ledger_booking_id)
         )
     ) candidate
     where rank = 1 order by booking_id desc`,
    [
      transaction.creditorReference ?? null,
      JSON.stringify(identity.references),
      transaction.amount.amount,
      transaction.amount.currency,
      account,
    ],
  );
  const [row] = rows;
  if (!row || rows.some(({ organization_id }) => organization_id !== row.organization_id)) return undefined;
  return {
    id: toId('bkg', row.id),
    organizationId: row.organization_id ? toId('org', row.organization_id) : undefined,
    currency: row.currency,
  };
}

/** Finds the newest unreversed bank payment of an amount that paid an invoice. */
export async function findPaymentOfInvoice(
  em: EntityManager,
  organizationId: `org_${string}`,
  invoiceId: `inv_${string}`,
  { amount, currency }: { amount: number; currency: Currency },
): Promise<OriginalBooking | undefined> {
  const [row] = await em.execute<{ id: string }[]>(
    `select payment.id from ledger_entry paid
     join ledger_booking payment on payment.organization_id = paid.organization_id and payment.id = paid.booking_id
     where paid.organization_id = ? and paid.account = 'receivable' and paid.document_id = ?
       and payment.kind = 'incoming_payment'
       and exists (
         select from ledger_entry source
         where source.organization_id = payment.organization_id and source.booking_id = payment.id
           and source.account in ('bank', 'clearing', 'suspense') and source.amount = ? and source.currency = ?
       )
       and not exists (
         select from ledger_booking reversal
         where reversal.organization_id = payment.organization_id and reversal.reverses = payment.id
       )
     order by payment.booked_at desc, payment.id desc limit 1`,
    [toUuid(organizationId), invoiceId, amount, currency],
  );
  return row && { id: toId('bkg', row.id), organizationId, currency };
}
