import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import type { BillingContext } from '../billing-context.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccount } from '../ledger/prepaid-account.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import { findPaymentOfInvoice } from './original-booking.ts';
import { freePrepaid, reverseBooking } from './reverse-payment.ts';
import { soldCurrencyOf, type BookedMoney } from './suspense-booking.ts';

interface ReversalAssignment {
  readonly organizationId: `org_${string}`;
  readonly documentId?: `inv_${string}` | `pfm_${string}` | undefined;
  readonly reason: string;
}

/**
 * Assigns a reversal by the bank to a document or to the prepaid account of an organization, which then lose the money
 * (PAY-2). `id` becomes the id of the ledger booking. Returns the invoice that is open again; null without a document.
 */
export async function assignReversal(
  context: BillingContext,
  id: `bkg_${string}`,
  { account, bankAccount, amount: signedAmount, currency: currencyText }: BookedMoney,
  { organizationId, documentId, reason }: ReversalAssignment,
): Promise<`inv_${string}` | null> {
  const { em, now, seller } = context;
  const currency = soldCurrencyOf(currencyText);
  const amount = -signedAmount;
  const source = { account, bankAccount };
  const valuedOn = seller.today(now);
  await lockPrepaidAccount(em, organizationId, now);
  if (documentId) {
    const invoiceId = await readInvoiceId(context, organizationId, documentId);
    const original = await findPaymentOfInvoice(em, organizationId, invoiceId, { amount, currency });
    if (!original) throw new DomainError('DOCUMENT_NOT_PAID');
    const reversed = await reverseBooking(context, { id, original, source, valuedOn, note: reason });
    if (!reversed) throw new DomainError('PREPAID_INSUFFICIENT');
    return invoiceId;
  }
  const isCovered = await freePrepaid(context, organizationId, currency, amount);
  if (!isCovered) throw new DomainError('PREPAID_INSUFFICIENT');
  postLedgerBooking(em, now, {
    organizationId,
    id,
    kind: 'reversal',
    reason: 'reversed',
    note: reason,
    valuedOn,
    currency,
    entries: [
      { ...source, amount: -amount },
      { account: 'prepaid', amount },
    ],
  });
  await payOldestInvoices(context, organizationId, currency);
  return null;
}

/** Returns the invoice, or the invoice of a pro forma. Throws DOCUMENT_NOT_FOUND. */
async function readInvoiceId(
  { em }: BillingContext,
  organizationId: `org_${string}`,
  documentId: `inv_${string}` | `pfm_${string}`,
): Promise<`inv_${string}`> {
  const column = documentId.startsWith('inv') ? 'id' : 'pro_forma_id';
  const [row] = await em.execute<{ id: string }[]>(
    `select id from invoice where organization_id = ? and ${column} = ?`,
    [toUuid(organizationId), toUuid(documentId)],
  );
  if (!row) throw new DomainError('DOCUMENT_NOT_FOUND');
  return toId('inv', row.id);
}
