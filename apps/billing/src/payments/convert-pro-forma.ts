import { periodsPaid } from '@cordee/contracts/billing/renewal-pro-forma';
import { DomainError } from '@cordee/contracts/domain-error';
import { domainEvent } from '@cordee/outbox/publish';
import type { BillingContext } from '../billing-context.ts';
import { storeProFormaCharges } from '../charges/pro-forma-charges.ts';
import { shiftLinesTo, type DocumentLine } from '../documents/document-line.ts';
import type { PaymentMethod } from '../documents/invoice.entity.ts';
import { draftInvoice, type InvoiceDraft } from '../documents/issue-invoice.ts';
import type { ProForma } from '../documents/pro-forma.entity.ts';
import { readLines } from '../documents/stored-lines.ts';
import { Order } from '../orders/order.entity.ts';

interface Payment {
  /** The value date. */
  readonly paidOn: string;
  readonly method: PaymentMethod;
}

/**
 * Converts a fully paid pro forma into an invoice that is paid at the value date. The order of the pro forma is then
 * paid: its products start at the value date, but not before the date of the pro forma. A pro forma of renewals pays
 * the periods of its lines. The caller numbers the invoice.
 */
export async function convertProForma(
  context: BillingContext,
  proForma: ProForma,
  payment: Payment,
): Promise<InvoiceDraft> {
  const { em, publish } = context;
  const { organizationId, orderId } = proForma;
  const [order, proFormaLines] = await Promise.all([
    orderId ? em.findOne(Order, { organizationId, id: orderId }) : null,
    readLines(em, organizationId, proForma.id),
  ]);
  if (!orderId) return convertRenewals(context, proForma, proFormaLines, payment);
  if (!order) throw new DomainError('DOCUMENT_NOT_PAYABLE');
  const startsOn = payment.paidOn > proForma.issuedOn ? payment.paidOn : proForma.issuedOn;
  const draft = draftOf(context, proForma, shiftLinesTo(startsOn, proFormaLines), payment);
  await publish(order.pay(draft.invoice.id, startsOn));
  return draft;
}

/** The periods of renewals are fixed, so the lines do not shift. */
async function convertRenewals(
  context: BillingContext,
  proForma: ProForma,
  lines: readonly DocumentLine[],
  payment: Payment,
): Promise<InvoiceDraft> {
  const draft = draftOf(context, proForma, lines, payment);
  const { organizationId, id: invoiceId } = draft.invoice;
  const periods = storeProFormaCharges(context, draft.invoice, lines);
  await context.publish(domainEvent(periodsPaid, { organizationId, invoiceId, periods }));
  return draft;
}

function draftOf(
  context: BillingContext,
  proForma: ProForma,
  lines: readonly DocumentLine[],
  payment: Payment,
): InvoiceDraft {
  const { organizationId, orderId, currency, language, isReverseCharge, buyer } = proForma;
  const draft = draftInvoice(context, {
    organizationId,
    orderId: orderId ?? null,
    proFormaId: proForma.id,
    proFormaNumber: proForma.number,
    currency,
    language,
    isReverseCharge,
    buyer,
    addressId: proForma.addressId ?? null,
    heldUntil: null,
    lines,
    payment,
  });
  proForma.convert(draft.invoice.id);
  return draft;
}
