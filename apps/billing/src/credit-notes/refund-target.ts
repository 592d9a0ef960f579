import type { creditInvoice } from '@cordee/contracts/billing/credit-note';
import type { Input } from '@cordee/contracts/contract';
import { inputError } from '@cordee/contracts/input-error';
import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { electronicFormatIBAN, isValidIBAN } from 'ibantools';

/** Where the refund of an invoice goes. */
export type RefundTarget = { readonly to: 'prepaid' } | { readonly to: 'bank'; readonly iban: string };

/** Reads the account of the payer of the only payment of an invoice; undefined when several payments paid it. */
export async function readPayer(
  em: EntityManager,
  organizationId: `org_${string}`,
  invoiceId: `inv_${string}`,
): Promise<{ kind: string; iban: string | null } | undefined> {
  const payments = await em.execute<{ kind: string; iban: string | null }[]>(
    `select booking.kind, bank.debtor_iban as iban
     from ledger_entry entry
     join ledger_booking booking
       on booking.organization_id = entry.organization_id and booking.id = entry.booking_id
     left join bank_booking bank on bank.id = booking.id
     where entry.organization_id = ? and entry.account = 'receivable' and entry.document_id = ? and entry.amount < 0
       and booking.kind in ('incoming_payment', 'prepaid_payment', 'card_payment')
       and not exists (
         select from ledger_booking reversal
         where reversal.organization_id = booking.organization_id and reversal.reverses = booking.id
       )`,
    [toUuid(organizationId), invoiceId],
  );
  return payments.length === 1 ? payments[0] : undefined;
}

/**
 * Decides where a refund goes (PAY-5).
 * @throws DomainError `IBAN_INVALID`, `REFUND_ACCOUNT_MISSING`
 */
export function refundTarget(
  { refundTo, iban }: Pick<Input<typeof creditInvoice>, 'refundTo' | 'iban'>,
  payer: Awaited<ReturnType<typeof readPayer>>,
): RefundTarget {
  const givenIban = iban === undefined ? undefined : electronicFormatIBAN(iban)!;
  if (givenIban !== undefined && !isValidIBAN(givenIban)) throw inputError('IBAN_INVALID', ['/iban'], 'is not an IBAN');
  const isBank = refundTo === 'bank' || (refundTo === 'original' && payer?.kind === 'incoming_payment');
  if (!isBank) return { to: 'prepaid' };
  const account = givenIban ?? payer?.iban;
  if (!account) throw inputError('REFUND_ACCOUNT_MISSING', ['/iban'], 'the account of the payer is unknown');
  return { to: 'bank', iban: account };
}

/** The account of the ledger that a refund credits. */
export const accountOfRefund = ({ to }: RefundTarget): 'prepaid' | 'outgoing' =>
  to === 'prepaid' ? 'prepaid' : 'outgoing';
