import type { creditInvoice } from '@cordee/contracts/billing/credit-note';
import type { Input } from '@cordee/contracts/contract';
import { inputError } from '@cordee/contracts/input-error';
import { toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { parseCreditorIban } from '../payouts/creditor-iban.ts';

/** The destination of the refund of an invoice. */
export type RefundTarget =
  | { readonly to: 'prepaid' }
  /** `name` is the name of the payer; undefined for an account from which the payment did not come. */
  | { readonly to: 'bank'; readonly iban: string; readonly name: string | undefined }
  | { readonly to: 'card'; readonly paymentId: `pay_${string}` };

/** The only payment of an invoice. */
interface OnlyPayment {
  kind: string;
  /** The account of the payer of a bank transfer. */
  iban: string | null;
  /** The name of the payer in the bank file. */
  name: string | null;
  /** Null when the payment was not made by card. */
  card_payment_id: string | null;
  /** The part of a card payment that was neither refunded nor charged back. */
  refundable: string | null;
}

/** Reads the only payment of an invoice; undefined when the invoice has no payment or several. */
export async function readOnlyPayment(
  em: EntityManager,
  organizationId: `org_${string}`,
  invoiceId: `inv_${string}`,
): Promise<OnlyPayment | undefined> {
  const payments = await em.execute<OnlyPayment[]>(
    `select booking.kind, bank.debtor_iban as iban, bank.debtor_name as name, card.id as card_payment_id,
            card.amount - card.refunded_amount - card.charged_back_amount + card.returned_amount as refundable
     from ledger_entry entry
     join ledger_booking booking
       on booking.organization_id = entry.organization_id and booking.id = entry.booking_id
     -- Staff may have assigned the payment from suspense.
     left join suspense_resolution resolution on resolution.ledger_booking_id = booking.id
     left join bank_booking bank on bank.id = coalesce(resolution.booking_id, booking.id)
     left join card_payment card on card.organization_id = booking.organization_id and card.booking_id = booking.id
     where entry.organization_id = ? and entry.account = 'receivable' and entry.document_id = ? and entry.amount < 0
       and booking.kind in ('incoming_payment', 'prepaid_payment', 'card_payment')
       -- A card payment that was charged back in full does not count.
       and coalesce(card.charged_back_amount - card.returned_amount < card.amount, true)
       and not exists (
         select from ledger_booking reversal
         where reversal.organization_id = booking.organization_id and reversal.reverses = booking.id
       )`,
    [toUuid(organizationId), invoiceId],
  );
  return payments.length === 1 ? payments[0] : undefined;
}

/**
 * Decides where a refund goes (PAY-5). A card gets back at most the part of its payment that was not given back yet; a
 * higher refund goes to prepaid.
 * @throws DomainError `IBAN_INVALID`, `REFUND_ACCOUNT_MISSING`
 */
export function refundTarget(
  { refundTo, iban }: Pick<Input<typeof creditInvoice>, 'refundTo' | 'iban'>,
  onlyPayment: OnlyPayment | undefined,
  amount: number,
): RefundTarget {
  const givenIban = iban === undefined ? undefined : parseCreditorIban(iban);
  if (refundTo === 'original' && onlyPayment?.card_payment_id && Number(onlyPayment.refundable) >= amount)
    return { to: 'card', paymentId: toId('pay', onlyPayment.card_payment_id) };
  const isBank = refundTo === 'bank' || (refundTo === 'original' && onlyPayment?.kind === 'incoming_payment');
  if (!isBank) return { to: 'prepaid' };
  const account = givenIban ?? onlyPayment?.iban;
  if (!account) throw inputError('REFUND_ACCOUNT_MISSING', ['/iban'], 'the account of the payer is unknown');
  return {
    to: 'bank',
    iban: account,
    name: account === onlyPayment?.iban ? (onlyPayment.name ?? undefined) : undefined,
  };
}

/** Refund target → the account of the ledger that the refund credits. */
export const refundAccounts = { prepaid: 'prepaid', bank: 'outgoing', card: 'card' } as const;
