import { newId } from '@cordee/contracts/id';
import type { BillingContext } from '../billing-context.ts';
import { productIdsOf } from '../documents/document-line.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { readLines } from '../documents/stored-lines.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { entriesOfPrepaidPayment } from '../ledger/ledger-entry.ts';
import { prepaidBalance } from '../ledger/prepaid-balance.ts';
import { prepaidSettings } from '../ledger/prepaid-settings.ts';

/**
 * Posts the payment of an invoice from prepaid; does not change the invoice. The caller must first lock the account and
 * check the balance.
 */
export async function spendPrepaid(
  { em, now, seller }: BillingContext,
  { organizationId, id, currency }: Pick<Invoice, 'organizationId' | 'id' | 'currency'>,
  amount: number,
): Promise<void> {
  postLedgerBooking(em, now, {
    organizationId,
    id: newId('bkg', now),
    kind: 'prepaid_payment',
    reason: 'used',
    documentId: id,
    valuedOn: seller.today(now),
    currency,
    entries: entriesOfPrepaidPayment(id, amount),
  });
}

/** Pays the open amount of an invoice from prepaid. The caller must first lock the account and check the balance. */
export async function payInvoiceFromPrepaid(context: BillingContext, invoice: Invoice): Promise<void> {
  const amount = invoice.openAmount();
  await spendPrepaid(context, invoice, amount);
  const lines = await readLines(context.em, invoice.organizationId, invoice.id);
  const invoicePaid = invoice.pay(amount, context.seller.today(context.now), 'prepaid', productIdsOf(lines));
  if (invoicePaid) await context.publish(invoicePaid);
}

/**
 * Pays open invoices of the currency from prepaid, the oldest first, each only if the balance covers it in full
 * (PAY-3). Does nothing when the organization switched `paysInvoices` off. Never pays a pro forma, which is not a debt.
 * Also pays invoices that renewal warranty holds: the hold prevents fees and blocks, but the invoice is due. The caller
 * must first lock the account.
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
    const openAmount = invoice.openAmount();
    // The balance may still cover a newer, smaller invoice.
    if (openAmount > balance) continue;
    await payInvoiceFromPrepaid(context, invoice);
    balance -= openAmount;
  }
}
