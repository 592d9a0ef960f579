import type { BillingContext } from '../billing-context.ts';
import { movedTo } from '../documents/document-line.ts';
import type { Invoice } from '../documents/invoice.entity.ts';
import { draftInvoice } from '../documents/issue-invoice.ts';
import type { ProForma } from '../documents/pro-forma.entity.ts';
import { readLines } from '../documents/stored-lines.ts';
import { Order } from '../orders/order.entity.ts';

/**
 * Turns a pro forma that is paid in full into its invoice, paid at the value date, and its order into products, which start at that date as
 * well, but never before they were offered. The invoice still needs its number.
 */
export async function convertProForma(
  context: BillingContext,
  proForma: ProForma,
  payment: { on: string; method: 'bank_transfer' | 'prepaid' },
): Promise<Invoice> {
  const { em, publish } = context;
  const { organizationId, orderId, currency, language, isReverseCharge, buyer } = proForma;
  const order = await em.findOneOrFail(Order, { organizationId, id: orderId });
  const startsOn = payment.on > proForma.issuedOn ? payment.on : proForma.issuedOn;
  const lines = movedTo(startsOn, await readLines(em, organizationId, proForma.id));
  const invoice = await draftInvoice(context, {
    organizationId,
    orderId,
    currency,
    language,
    isReverseCharge,
    buyer,
    heldUntil: null,
    lines,
    payment,
  });
  proForma.convert(invoice.id);
  await publish(order.pay(invoice.id, startsOn));
  return invoice;
}
