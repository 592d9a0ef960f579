import { invoiceWrittenOff } from '@cordee/contracts/billing/credit-note';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { domainEvent } from '@cordee/outbox/publish';
import type { BillingContext } from '../billing-context.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { roundedFraction, sum } from '../documents/minor-units.ts';
import { readLines } from '../documents/stored-lines.ts';
import { divideAmong, loweringEntries, taxSharesOf, type TaxShare } from '../vat/tax-shares.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { readCreditedAmounts, remainingLines } from './credit-invoice.ts';

/** Gives up the open amount of an invoice and lowers the VAT (DOC-7). */
export async function writeOffInvoice(
  { em, now, publish, seller }: BillingContext,
  organizationId: `org_${string}`,
  documentId: `inv_${string}`,
  reason: string,
): Promise<void> {
  const [invoice, lines, creditedAmounts] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    Promise.all([
      em.findOne(Invoice, { organizationId, id: documentId }, { refresh: true }),
      readLines(em, organizationId, documentId),
      readCreditedAmounts(em, organizationId, documentId),
    ]),
  );
  if (!invoice) throw new DomainError('DOCUMENT_NOT_FOUND');
  if (!invoice.isOpen()) throw new DomainError('INVOICE_NOT_OPEN');
  const { currency, writtenOffAmount: amountBefore } = invoice;
  const amount = invoice.writeOff();
  const shares = taxSharesOf(remainingLines(lines, creditedAmounts), invoice.taxPlace);
  const lowered = loweredShares(shares, amountBefore, amountBefore + amount);
  const vat = sum(lowered.map((share) => share.vat));
  const taxedAmount = vat + sum(lowered.map((share) => share.net));
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
      ...loweringEntries('bad_debt', lowered),
      // A refund that the customer owes contains no VAT.
      { account: 'bad_debt', amount: amount - taxedAmount },
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
 * Returns the parts of the invoice by which a write-off lowers the VAT: the growth of the written-off amount, up to the
 * part of the total that is not credited. A higher amount is a refund that the customer owes.
 */
function loweredShares(shares: readonly TaxShare[], amountBefore: number, amountAfter: number): TaxShare[] {
  const vat = sum(shares.map((share) => share.vat));
  const rest = vat + sum(shares.map((share) => share.net));
  if (rest === 0) return [];
  const vatOf = (amount: number): number => roundedFraction(vat, Math.min(amount, rest), rest);
  const taxedAmount = Math.min(amountAfter, rest) - Math.min(amountBefore, rest);
  return divideAmong(shares, taxedAmount, vatOf(amountAfter) - vatOf(amountBefore));
}
