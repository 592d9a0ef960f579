import { DomainError } from '@cordee/contracts/domain-error';
import type { BillingContext } from '../billing-context.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { readPrepaidBalances } from '../ledger/prepaid-balance.ts';
import { convertProForma } from '../payments/convert-pro-forma.ts';
import { payInvoiceFromPrepaid, spendPrepaid } from '../payments/pay-from-prepaid.ts';
import { Invoice } from './invoice.entity.ts';
import { numberInvoices } from './issue-invoice.ts';
import { ProForma } from './pro-forma.entity.ts';
import type { DocumentId } from './stored-document.ts';
import { readLines } from './stored-lines.ts';

/** Pays an invoice or a pro forma from prepaid. Returns the id of the paid invoice. */
export async function payDocument(
  context: BillingContext,
  organizationId: `org_${string}`,
  documentId: DocumentId,
): Promise<DocumentId> {
  // A credit note has nothing to pay.
  if (documentId.startsWith('crn')) throw new DomainError('DOCUMENT_NOT_PAYABLE');
  return documentId.startsWith('pfm')
    ? payProForma(context, organizationId, documentId as `pfm_${string}`)
    : payInvoice(context, organizationId, documentId as `inv_${string}`);
}

async function payInvoice(
  context: BillingContext,
  organizationId: `org_${string}`,
  id: `inv_${string}`,
): Promise<DocumentId> {
  const { em, now, publish } = context;
  const [invoice, lines, balances] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    Promise.all([
      em.findOne(Invoice, { organizationId, id }, { refresh: true }),
      readLines(em, organizationId, id),
      readPrepaidBalances(em, organizationId),
    ]),
  );
  if (!invoice) throw new DomainError('DOCUMENT_NOT_FOUND');
  if (!invoice.isOpen()) throw new DomainError('DOCUMENT_NOT_PAYABLE');
  assertPrepaidCovers(balances, invoice.currency, invoice.openAmount());
  await publish(payInvoiceFromPrepaid(context, invoice, lines));
  return id;
}

async function payProForma(
  context: BillingContext,
  organizationId: `org_${string}`,
  id: `pfm_${string}`,
): Promise<DocumentId> {
  const { em, now, seller } = context;
  const [proForma, balances] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    Promise.all([
      em.findOne(ProForma, { organizationId, id }, { refresh: true }),
      readPrepaidBalances(em, organizationId),
    ]),
  );
  if (!proForma) throw new DomainError('DOCUMENT_NOT_FOUND');
  const today = seller.today(now);
  if (proForma.statusOn(today) !== 'issued') throw new DomainError('DOCUMENT_NOT_PAYABLE');
  assertPrepaidCovers(balances, proForma.currency, proForma.total);
  const draft = await convertProForma(context, proForma, { paidOn: today, method: 'prepaid' });
  spendPrepaid(context, draft.invoice, draft.invoice.total);
  await numberInvoices(context, [draft]);
  return draft.invoice.id;
}

function assertPrepaidCovers(balances: ReadonlyMap<string, number>, currency: string, amount: number): void {
  if ((balances.get(currency) ?? 0) < amount) throw new DomainError('PREPAID_INSUFFICIENT');
}
