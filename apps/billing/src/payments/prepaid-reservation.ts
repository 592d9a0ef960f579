import { newId } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { ProForma } from '../documents/pro-forma.entity.ts';
import { readLinesOf } from '../documents/stored-lines.ts';
import { postLedgerBooking, type LedgerBooking } from '../ledger/post-ledger-booking.ts';

/** The fields of a pro forma that a reservation reads and changes. */
type ReservingProForma = Pick<ProForma, 'organizationId' | 'id' | 'currency' | 'reservationId' | 'reservedAmount'>;

/**
 * Reserves prepaid money for a part of a pro forma, in addition to money that is already reserved. The money remains
 * the money of the customer: only the conversion of the pro forma spends it. The caller must first lock the account and
 * check the balance.
 */
export async function reservePrepaid(context: BillingContext, proForma: ProForma, amount: number): Promise<void> {
  const { em, now, publish, seller } = context;
  const { organizationId, id, currency } = proForma;
  const reservedAmount = proForma.reservedAmount + amount;
  // A pro forma has one reservation. A reservation of the new amount replaces the existing one.
  const releaseBooking = endReservation(context, proForma);
  if (releaseBooking) postLedgerBooking(em, now, releaseBooking);
  const reservationId = newId('bkg', now);
  postLedgerBooking(em, now, {
    organizationId,
    id: reservationId,
    kind: 'prepaid_payment',
    reason: 'used',
    documentId: id,
    valuedOn: seller.today(now),
    currency,
    entries: [
      { account: 'prepaid', amount: reservedAmount },
      { account: 'reserved', amount: -reservedAmount },
    ],
  });
  Object.assign(proForma, { reservationId, reservedAmount });
  await publish(proForma.reservationChangedEvent());
}

/**
 * Returns the reserved money of a pro forma to prepaid; does nothing without a reservation. The caller must first lock
 * the account, and must then pay open invoices from prepaid.
 */
export async function releaseReservedPrepaid(context: BillingContext, proForma: ProForma): Promise<void> {
  const releaseBooking = endReservation(context, proForma);
  if (!releaseBooking) return;
  postLedgerBooking(context.em, context.now, releaseBooking);
  await context.publish(proForma.reservationChangedEvent());
}

/**
 * Ends the reservation of a pro forma in memory. Returns the ledger booking that returns the money to prepaid, which
 * the caller posts; undefined without a reservation.
 */
export function endReservation(
  { now, seller }: Pick<BillingContext, 'now' | 'seller'>,
  proForma: ReservingProForma,
): LedgerBooking | undefined {
  const { organizationId, id, currency, reservationId, reservedAmount } = proForma;
  if (!reservationId) return undefined;
  Object.assign(proForma, { reservationId: null, reservedAmount: 0 });
  return {
    organizationId,
    id: newId('bkg', now),
    kind: 'reversal',
    reason: 'reversed',
    reverses: reservationId,
    documentId: id,
    valuedOn: seller.today(now),
    currency,
    entries: [
      { account: 'reserved', amount: reservedAmount },
      { account: 'prepaid', amount: -reservedAmount },
    ],
  };
}

/** Finds the renewal pro formas of the products for which prepaid money is reserved. */
export async function findReservedRenewals(
  em: EntityManager,
  organizationId: `org_${string}`,
  productIds: readonly `prd_${string}`[],
): Promise<ProForma[]> {
  const proFormas = await em.find(
    ProForma,
    { organizationId, orderId: null, reservationId: { $ne: null } },
    { refresh: true },
  );
  const lines = await readLinesOf(em, proFormas);
  return proFormas.filter(({ id }) =>
    lines.get(id)!.some(({ productId }) => productId !== null && productIds.includes(productId)),
  );
}
