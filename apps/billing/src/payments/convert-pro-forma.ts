import { DomainError } from '@cordee/contracts/domain-error';
import type { BillingContext } from '../billing-context.ts';
import { shiftLinesTo } from '../documents/document-line.ts';
import type { PaymentMethod } from '../documents/invoice.entity.ts';
import { draftInvoice, type InvoiceDraft } from '../documents/issue-invoice.ts';
import type { ProForma } from '../documents/pro-forma.entity.ts';
import { readLines } from '../documents/stored-lines.ts';
import { Order } from '../orders/order.entity.ts';

/**
 * Converts a fully paid pro forma into an invoice that is paid at the value date, and marks the order of the pro forma
 * as paid. The products start at the value date, but not before the date of the pro forma. The caller numbers the
 * invoice.
 */
export async function convertProForma(
  context: BillingContext,
  proForma: ProForma,
  payment: { paidOn: string; method: PaymentMethod },
): Promise<InvoiceDraft> {
  const { em, publish } = context;
  const { organizationId, orderId, currency, language, isReverseCharge, buyer } = proForma;
  const addressId = proForma.addressId ?? null;
  const [order, proFormaLines] = await Promise.all([
    em.findOne(Order, { organizationId, id: orderId }),
    readLines(em, organizationId, proForma.id),
  ]);
  if (!order) throw new DomainError('DOCUMENT_NOT_PAYABLE');
  const startsOn = payment.paidOn > proForma.issuedOn ? payment.paidOn : proForma.issuedOn;
  const lines = shiftLinesTo(startsOn, proFormaLines);
  const draft = draftInvoice(context, {
    organizationId,
    orderId: orderId ?? null,
    proFormaId: proForma.id,
    proFormaNumber: proForma.number,
    currency,
    language,
    isReverseCharge,
    buyer,
    addressId,
    heldUntil: null,
    lines,
    payment,
  });
  proForma.convert(draft.invoice.id);
  await publish(order.pay(draft.invoice.id, startsOn));
  return draft;
}
