import { newId } from '@cordee/contracts/id';
import type { BillingContext } from '../billing-context.ts';
import { productIdsOf } from '../documents/document-line.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { readLines } from '../documents/stored-lines.ts';
import { book } from '../ledger/book.ts';
import { entriesOfPayment } from '../ledger/ledger-entry.ts';
import { prepaidBalance } from '../ledger/prepaid-balance.ts';
import { prepaidSettings } from '../ledger/prepaid-settings.ts';

/** Books that prepaid was used for an invoice. The account is locked and its balance was looked at. */
export async function usePrepaid(
  { em, now, seller }: BillingContext,
  { organizationId, id, currency }: Pick<Invoice, 'organizationId' | 'id' | 'currency'>,
  amount: number,
): Promise<void> {
  await book(em, now, {
    organizationId,
    id: newId('bkg', now),
    kind: 'payment',
    reason: 'used',
    documentId: id,
    valuedOn: seller.today(now),
    currency,
    entries: entriesOfPayment(id, amount),
  });
}

/** Pays what is open of an invoice from prepaid. */
export async function payInvoiceFromPrepaid(context: BillingContext, invoice: Invoice): Promise<void> {
  const amount = invoice.openAmount();
  await usePrepaid(context, invoice, amount);
  const lines = await readLines(context.em, invoice.organizationId, invoice.id);
  const paid = invoice.pay(amount, context.seller.today(context.now), 'prepaid', productIdsOf(lines));
  if (paid) await context.publish(paid);
}

/**
 * Prepaid pays by itself, oldest first, every open invoice of its currency that it covers wholly (PAY-3), unless the organization switched that off; never a pro forma, which is no
 * debt. An invoice that renewal warranty holds is paid too: holding spares the customer fees and blocks, it does not put off the debt,
 * and paying ends the warranty's ladder of notices. The account is locked.
 */
export async function payOldestInvoices(
  context: BillingContext,
  organizationId: `org_${string}`,
  currency: Invoice['currency'],
): Promise<void> {
  const { em } = context;
  const { paysInvoices } = await prepaidSettings(em, organizationId);
  if (!paysInvoices) return;
  let balance = await prepaidBalance(em, organizationId, currency);
  if (balance <= 0) return;
  const invoices = await em.find(
    Invoice,
    { organizationId, currency, status: { $in: ['open', 'part_paid'] } },
    { orderBy: { issuedOn: 'asc', id: 'asc' }, refresh: true },
  );
  for (const invoice of invoices) {
    const open = invoice.openAmount();
    if (open > balance) continue;
    await payInvoiceFromPrepaid(context, invoice);
    balance -= open;
  }
}
