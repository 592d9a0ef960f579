import { newId } from '@cordee/contracts/id';
import type { BillingContext } from '../billing-context.ts';
import type { DocumentLine } from '../documents/document-line.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { readLinesOf } from '../documents/stored-lines.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { entriesOfPrepaidPayment } from '../ledger/ledger-entry.ts';
import { prepaidBalance } from '../ledger/prepaid-balance.ts';
import { prepaidSettings } from '../ledger/prepaid-settings.ts';

/**
 * Posts the payment of an invoice from prepaid; does not change the invoice. The caller must first lock the account and
 * check the balance.
 */
export function spendPrepaid(
  { em, now, seller }: BillingContext,
  { organizationId, id, currency }: Pick<Invoice, 'organizationId' | 'id' | 'currency'>,
  amount: number,
): void {
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

/**
 * Pays the open amount of an invoice from prepaid, and returns the event. The caller must first lock the account and
 * check the balance.
 */
export function payInvoiceFromPrepaid(
  context: BillingContext,
  invoice: Invoice,
  lines: readonly DocumentLine[],
): ReturnType<Invoice['pay']> {
  const amount = invoice.openAmount();
  spendPrepaid(context, invoice, amount);
  return invoice.pay(amount, context.seller.today(context.now), 'prepaid', lines);
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
  const { em, publish } = context;
  const [{ paysInvoices }, balance] = await Promise.all([
    prepaidSettings(em, organizationId),
    prepaidBalance(em, organizationId, currency),
  ]);
  if (!paysInvoices || balance <= 0) return;
  const openInvoices = await em.find(
    Invoice,
    { organizationId, currency, status: { $in: ['open', 'part_paid'] } },
    { orderBy: { issuedOn: 'asc', id: 'asc' }, refresh: true },
  );
  let remaining = balance;
  const coveredInvoices = openInvoices.filter((invoice) => {
    // The balance may still cover a newer, smaller invoice.
    if (invoice.openAmount() > remaining) return false;
    remaining -= invoice.openAmount();
    return true;
  });
  if (coveredInvoices.length === 0) return;
  const lines = await readLinesOf(
    em,
    organizationId,
    coveredInvoices.map(({ id }) => id),
  );
  await publish(coveredInvoices.map((invoice) => payInvoiceFromPrepaid(context, invoice, lines.get(invoice.id)!)));
}
