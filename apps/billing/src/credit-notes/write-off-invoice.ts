import { invoiceWrittenOff } from '@cordee/contracts/billing/credit-note';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toUuid } from '@cordee/contracts/id';
import { fractionOf, money } from '@cordee/money/money';
import { domainEvent } from '@cordee/outbox/publish';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';

/** Gives up the open amount of an invoice and lowers the VAT (DOC-7). */
export async function writeOffInvoice(
  { em, now, publish, seller }: BillingContext,
  organizationId: `org_${string}`,
  documentId: `inv_${string}`,
  reason: string,
): Promise<void> {
  const [invoice, creditedVat] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    Promise.all([
      em.findOne(Invoice, { organizationId, id: documentId }, { refresh: true }),
      readCreditedVat(em, organizationId, documentId),
    ]),
  );
  if (!invoice) throw new DomainError('DOCUMENT_NOT_FOUND');
  if (!invoice.isOpen()) throw new DomainError('INVOICE_NOT_OPEN');
  const { currency, writtenOffAmount } = invoice;
  const amount = invoice.writeOff();
  const vat =
    vatOfWriteOffs(invoice, writtenOffAmount + amount, creditedVat) -
    vatOfWriteOffs(invoice, writtenOffAmount, creditedVat);
  const today = seller.today(now);
  postLedgerBooking(em, now, {
    organizationId,
    id: newId('bkg', now),
    kind: 'write_off',
    documentId,
    valuedOn: today,
    currency,
    note: reason,
    entries: [
      { account: 'bad_debt', amount: amount - vat },
      { account: 'vat', amount: vat },
      { account: 'receivable', amount: -amount, documentId },
    ],
  });
  await publish(
    domainEvent(invoiceWrittenOff, {
      organizationId,
      documentId,
      currency,
      amount: { amount, currency },
      vat: { amount: vat, currency },
      writtenOffOn: today,
    }),
  );
}

/**
 * Returns the VAT in a written-off amount, in proportion to the part of the total and of the VAT that is not credited.
 * A higher amount is a refund that the customer owes; a refund contains no VAT.
 */
function vatOfWriteOffs(
  { total, vat, creditedAmount, currency }: Invoice,
  amount: number,
  creditedVat: number,
): number {
  const rest = total - creditedAmount;
  if (rest === 0) return 0;
  const numerator = Math.min(amount, rest);
  return fractionOf(money(vat - creditedVat, currency), { numerator, denominator: rest }).amount;
}

async function readCreditedVat(
  em: EntityManager,
  organizationId: `org_${string}`,
  invoiceId: `inv_${string}`,
): Promise<number> {
  const [row] = await em.execute<{ vat: string }[]>(
    `select coalesce(sum(vat), 0) as vat from credit_note where organization_id = ? and invoice_id = ?`,
    [toUuid(organizationId), toUuid(invoiceId)],
  );
  return Number(row!.vat);
}
