import type { correctVat as contract } from '@cordee/contracts/billing/vat-correction';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { BillingContext } from '../billing-context.ts';
import { moveCharges } from '../charges/released-charges.ts';
import { creditInvoice } from '../credit-notes/credit-invoice.ts';
import type { DocumentLine } from '../documents/document-line.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { draftInvoice, numberInvoices, type InvoiceDraft } from '../documents/issue-invoice.ts';
import { sum } from '../documents/minor-units.ts';
import { readDocument, viewDocument } from '../documents/stored-document.ts';
import { readLines } from '../documents/stored-lines.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { readPrepaidBalance } from '../ledger/prepaid-balance.ts';
import { spendPrepaid } from '../payments/pay-from-prepaid.ts';
import { decideVat } from './decide-vat.ts';
import { numberCheckOf, readNumberChecks } from './number-checks.ts';
import type { VatDecision } from './vat-decision.ts';

type Request = Input<typeof contract>;

/**
 * Replaces an invoice that charged a business as a consumer, after the registry has confirmed its number: with a credit
 * note for the whole invoice, and a new invoice with reverse charge. The refund goes to prepaid and pays the new
 * invoice.
 */
export async function correctVat(context: BillingContext, request: Request): Promise<Output<typeof contract>> {
  const { em, now, seller } = context;
  const { organizationId, documentId, reason } = request;
  const [invoice, lines, numberChecks] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    Promise.all([
      em.findOne(Invoice, { organizationId, id: documentId }, { refresh: true }),
      readLines(em, organizationId, documentId),
      readNumberChecks(em, organizationId),
    ]),
  );
  if (!invoice) throw new DomainError('DOCUMENT_NOT_FOUND');
  const { buyer } = invoice;
  const numberCheck = buyer.vatNumber ? numberCheckOf(buyer.vatNumber, numberChecks, now) : null;
  const isChargedAsConsumer = invoice.vatDecision?.reason === 'registration';
  if (!isChargedAsConsumer || numberCheck?.status !== 'valid' || invoice.creditedAmount > 0)
    throw new DomainError('VAT_NOT_CORRECTABLE');
  const facts = { ...buyer, numberCheck, legalForm: 'company' as const, evidence: [] };
  const vatDecision = decideVat(facts, seller.vatRegistrations, seller.today(now));
  // Another reason means that the number belongs to another state than the address.
  if (vatDecision.reason !== 'reverse_charge') throw new DomainError('VAT_NOT_CORRECTABLE');
  const creditNote = await creditInvoice(context, {
    organizationId,
    documentId,
    reason,
    refundTo: 'prepaid',
    productEffect: 'continues',
  });
  // The balance below contains the refund only after its booking is written.
  await em.flush();
  const draft = await draftReplacement(context, invoice, vatDecision, withReverseCharge(invoice, lines));
  moveCharges(context, invoice.id, draft.invoice, draft.lines);
  await numberInvoices(context, [draft]);
  await em.flush();
  const replacement = await readDocument(em, organizationId, draft.invoice.id, seller.today(now));
  return {
    creditNote,
    invoice: viewDocument(replacement.row, replacement.lines),
  };
}

/** Drafts the new invoice. Prepaid pays it when the old invoice was paid and the balance is high enough. */
async function draftReplacement(
  context: BillingContext,
  invoice: Invoice,
  vatDecision: VatDecision,
  lines: readonly DocumentLine[],
): Promise<InvoiceDraft> {
  const { organizationId, currency, language, buyer } = invoice;
  const total = context.seller.totalOf(sum(lines.map(({ net }) => net)), currency);
  const balance = await readPrepaidBalance(context.em, organizationId, currency);
  const isCovered = invoice.refundedAmount > 0 && balance >= total;
  const draft = draftInvoice(context, {
    organizationId,
    currency,
    language,
    vatDecision,
    buyer,
    addressId: invoice.addressId ?? null,
    orderId: null,
    proFormaId: null,
    proFormaNumber: null,
    heldUntil: invoice.heldUntil ?? null,
    lines,
    ...(isCovered && { payment: { paidOn: context.seller.today(context.now), method: 'prepaid' as const } }),
  });
  if (isCovered) spendPrepaid(context, draft.invoice, total);
  return draft;
}

/** Returns the lines without VAT. VAT that was taken out of a binding total is added to the net amount again. */
const withReverseCharge = ({ vatDecision }: Invoice, lines: readonly DocumentLine[]): DocumentLine[] =>
  lines.map((line) => ({
    ...line,
    net: line.net + (vatDecision?.replacesReverseCharge ? line.vat : 0),
    vatBasisPoints: 0,
    vatCategory: 'AE',
    vat: 0,
  }));
