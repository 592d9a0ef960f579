import { DomainError } from '@cordee/contracts/domain-error';
import type { BillingContext } from '../billing-context.ts';
import { lockPrepaidAccount } from '../ledger/prepaid-account.ts';
import { prepaidBalance } from '../ledger/prepaid-balance.ts';
import { convertProForma } from '../payments/convert-pro-forma.ts';
import { payInvoiceFromPrepaid, spendPrepaid } from '../payments/pay-from-prepaid.ts';
import { Invoice } from './invoice.entity.ts';
import { numberInvoices } from './issue-invoice.ts';
import { ProForma } from './pro-forma.entity.ts';
import type { DocumentId } from './stored-document.ts';

/** Pays an invoice or a pro forma from prepaid. Returns the id of the paid invoice. */
export async function payDocument(
  context: BillingContext,
  organizationId: `org_${string}`,
  documentId: DocumentId,
): Promise<DocumentId> {
  const { em, now } = context;
  await lockPrepaidAccount(em, organizationId, now);
  return documentId.startsWith('pfm')
    ? payProForma(context, organizationId, documentId as `pfm_${string}`)
    : payInvoice(context, organizationId, documentId as `inv_${string}`);
}

async function payInvoice(
  context: BillingContext,
  organizationId: `org_${string}`,
  id: `inv_${string}`,
): Promise<DocumentId> {
  const invoice = await context.em.findOne(Invoice, { organizationId, id });
  if (!invoice) throw new DomainError('DOCUMENT_NOT_FOUND');
  if (!invoice.isOpen()) throw new DomainError('DOCUMENT_NOT_PAYABLE');
  await assertPrepaidCovers(context, organizationId, invoice.currency, invoice.openAmount());
  await payInvoiceFromPrepaid(context, invoice);
  return id;
}

async function payProForma(
  context: BillingContext,
  organizationId: `org_${string}`,
  id: `pfm_${string}`,
): Promise<DocumentId> {
  const { em, now, seller } = context;
  const proForma = await em.findOne(ProForma, { organizationId, id });
  if (!proForma) throw new DomainError('DOCUMENT_NOT_FOUND');
  const today = seller.today(now);
  if (proForma.statusOn(today) !== 'issued') throw new DomainError('DOCUMENT_NOT_PAYABLE');
  await assertPrepaidCovers(context, organizationId, proForma.currency, proForma.total);
  const invoice = await convertProForma(context, proForma, { paidOn: today, method: 'prepaid' });
  await spendPrepaid(context, invoice, invoice.total);
  await numberInvoices(context, [invoice]);
  return invoice.id;
}

async function assertPrepaidCovers(
  { em }: BillingContext,
  organizationId: `org_${string}`,
  currency: string,
  amount: number,
): Promise<void> {
  if ((await prepaidBalance(em, organizationId, currency)) < amount) throw new DomainError('PREPAID_INSUFFICIENT');
}
