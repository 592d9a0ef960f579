import { toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/** The money of a card payment that is prepaid and can be refunded to the card. */
export interface CardMoney {
  readonly paymentId: `pay_${string}`;
  readonly card: { readonly brand: string; readonly lastFour: string } | null;
  /** In minor units; positive. */
  readonly amount: number;
}

interface CardMoneyRow {
  id: string;
  card_brand: string | null;
  card_last_four: string | null;
  amount: string;
}

/**
 * Reads how much prepaid money came from each card payment and can be refunded to the card, the newest payment first.
 * The sum may exceed the balance, because prepaid may have paid invoices since. Money of a payment whose refund the
 * provider has refused does not count: it can only go to an account. Lock the prepaid account first.
 */
export async function readCardMoney(
  em: EntityManager,
  organizationId: `org_${string}`,
  currency: string,
): Promise<CardMoney[]> {
  const rows = await em.execute<CardMoneyRow[]>(
    `select id, card_brand, card_last_four, amount from (
       select payment.id, payment.card_brand, payment.card_last_four, payment.created_at, least(
         payment.amount - payment.refunded_amount - payment.charged_back_amount + payment.returned_amount,
         -- What the payment, refunds of its invoice and won disputes have credited to prepaid.
         (
           select coalesce(-sum(entry.amount), 0)
           from ledger_booking credit
           join ledger_entry entry
             on entry.organization_id = credit.organization_id and entry.booking_id = credit.id
           where credit.organization_id = payment.organization_id and entry.account = 'prepaid' and entry.amount < 0
             and (
               credit.id = payment.booking_id
               or credit.document_id = booking.document_id
                 and (credit.kind = 'refund' or credit.kind = 'card_payment' and credit.reason = 'reversed')
             )
         ) - coalesce((
           select sum(refund.amount) from card_refund refund
           where refund.organization_id = payment.organization_id and refund.payment_id = payment.id
             and refund.document_id is null
         ), 0)
       ) as amount
       from card_payment payment
       join ledger_booking booking
         on booking.organization_id = payment.organization_id and booking.id = payment.booking_id
       where payment.organization_id = ? and payment.currency = ?
         and not exists (
           select from card_refund refund
           where refund.organization_id = payment.organization_id and refund.payment_id = payment.id
             and refund.status = 'failed'
         )
     ) card_money
     where amount > 0 order by created_at desc, id desc`,
    [toUuid(organizationId), currency],
  );
  return rows.map(({ id, card_brand: brand, card_last_four: lastFour, amount }) => ({
    paymentId: toId('pay', id),
    card: brand && lastFour ? { brand, lastFour } : null,
    amount: Number(amount),
  }));
}

export const sumOf = (cardMoney: readonly CardMoney[]): number =>
  cardMoney.reduce((sum, { amount }) => sum + amount, 0);
