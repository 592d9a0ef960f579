import { newId, toUuid } from '@cordee/contracts/id';
import type { BillingContext } from '../billing-context.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import type { CardPayment } from './card-payment.entity.ts';

/**
 * True while prepaid money is reserved for a card payment. The reversal of its ledger booking ends the reservation: by
 * `releaseCardReservation`, or because a bank took back money that prepaid had.
 */
export async function hasReservation(
  { em }: Pick<BillingContext, 'em'>,
  { organizationId, reservationId }: CardPayment,
): Promise<boolean> {
  if (!reservationId) return false;
  const reversals = await em.execute<unknown[]>(
    `select from ledger_booking where organization_id = ? and reverses = ?`,
    [toUuid(organizationId), toUuid(reservationId)],
  );
  return reversals.length === 0;
}

/** Moves the reserved part of a card payment back to prepaid. The caller must first lock the prepaid account. */
export async function releaseCardReservation(context: BillingContext, payment: CardPayment): Promise<void> {
  if (!(await hasReservation(context, payment))) return;
  const { em, now, seller } = context;
  const { organizationId, documentId, currency, prepaidAmount } = payment;
  postLedgerBooking(em, now, {
    organizationId,
    id: newId('bkg', now),
    kind: 'reversal',
    reason: 'reversed',
    reverses: payment.reservationId!,
    ...(documentId && { documentId }),
    valuedOn: seller.today(now),
    currency,
    entries: [
      { account: 'reserved', amount: prepaidAmount },
      { account: 'prepaid', amount: -prepaidAmount },
    ],
  });
}
