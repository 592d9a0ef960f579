import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import type { BillingContext } from '../billing-context.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { readPrepaidBalances } from '../ledger/prepaid-balance.ts';
import { convertProForma } from '../payments/convert-pro-forma.ts';
import { payInvoiceFromPrepaid, spendPrepaid } from '../payments/pay-from-prepaid.ts';
import { reservePrepaid } from '../payments/prepaid-reservation.ts';
import { Invoice } from './invoice.entity.ts';
import { numberInvoices } from './issue-invoice.ts';
import { ProForma } from './pro-forma.entity.ts';
import type { DocumentId } from './stored-document.ts';
import { readLines } from './stored-lines.ts';

/**
 * Pays an invoice or a pro forma from prepaid: its open amount, or the part `amount` of it. Returns the id of the
 * invoice; the id of the pro forma when a part of it is reserved.
 */
export async function payDocument(
  context: BillingContext,
  organizationId: `org_${string}`,
  documentId: DocumentId,
  amount?: number,
): Promise<DocumentId> {
  // A credit note has nothing to pay.
  if (documentId.startsWith('crn')) throw new DomainError('DOCUMENT_NOT_PAYABLE');
  return documentId.startsWith('pfm')
    ? payProForma(context, organizationId, documentId as `pfm_${string}`, amount)
    : payInvoice(context, organizationId, documentId as `inv_${string}`, amount);
}

async function payInvoice(
  context: BillingContext,
  organizationId: `org_${string}`,
  id: `inv_${string}`,
  part: number | undefined,
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
  const amount = amountToPay(invoice.openAmount(), part);
  assertPrepaidCovers(balances, invoice.currency, amount);
  await publish(payInvoiceFromPrepaid(context, invoice, lines, amount));
  return id;
}

async function payProForma(
  context: BillingContext,
  organizationId: `org_${string}`,
  id: `pfm_${string}`,
  part: number | undefined,
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
  const amount = amountToPay(proForma.openAmount(), part);
  assertPrepaidCovers(balances, proForma.currency, amount);
  if (amount < proForma.openAmount()) {
    await reservePrepaid(context, proForma, amount);
    return id;
  }
  const draft = await convertProForma(context, proForma, { paidOn: today, method: 'prepaid' });
  spendPrepaid(context, draft.invoice, draft.invoice.total);
  await numberInvoices(context, [draft]);
  return draft.invoice.id;
}

function amountToPay(open: number, part = open): number {
  if (part > open) throw inputError('PREPAID_AMOUNT_TOO_HIGH', '/amount', `must not be higher than ${open}`);
  return part;
}

function assertPrepaidCovers(balances: ReadonlyMap<string, number>, currency: string, amount: number): void {
  if ((balances.get(currency) ?? 0) < amount) throw new DomainError('PREPAID_INSUFFICIENT');
}
