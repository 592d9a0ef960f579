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
import { readCreditedAmounts, remainingLines, remainingRounding } from './credit-invoice.ts';

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
  const uncreditedLines = remainingLines(lines, creditedAmounts);
  const { shares, rounding } = loweredParts(
    { shares: taxSharesOf(uncreditedLines, invoice.taxPlace), rounding: remainingRounding(invoice, uncreditedLines) },
    amountBefore,
    amountBefore + amount,
  );
  const vat = sum(shares.map((share) => share.vat));
  const loweredAmount = vat + sum(shares.map((share) => share.net)) + rounding;
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
      ...loweringEntries('bad_debt', shares),
      { account: 'cash_rounding', amount: rounding },
      // A refund that the customer owes contains no VAT.
      { account: 'bad_debt', amount: amount - loweredAmount },
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

/** The part of an invoice per VAT rate, and its cash rounding. Amounts are in minor units. */
interface InvoiceParts {
  readonly shares: readonly TaxShare[];
  readonly rounding: number;
}

/**
 * Returns the parts of the invoice by which a write-off lowers revenue, VAT and cash rounding: the growth of the
 * written-off amount, up to the part of the total that is not credited. A higher amount is a refund that the customer
 * owes.
 */
function loweredParts({ shares, rounding }: InvoiceParts, amountBefore: number, amountAfter: number): InvoiceParts {
  const vat = sum(shares.map((share) => share.vat));
  const gross = vat + sum(shares.map((share) => share.net));
  const rest = gross + rounding;
  if (rest === 0) return { shares: [], rounding: 0 };
  /** The growth of a part of the rest. */
  const growthOf = (part: number): number =>
    roundedFraction(part, Math.min(amountAfter, rest), rest) -
    roundedFraction(part, Math.min(amountBefore, rest), rest);
  const loweredGross = growthOf(gross);
  return {
    shares: divideAmong(shares, loweredGross, growthOf(vat)),
    rounding: Math.min(amountAfter, rest) - Math.min(amountBefore, rest) - loweredGross,
  };
}
