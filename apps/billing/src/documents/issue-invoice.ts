import { newId } from '@cordee/contracts/id';
import { insertRows } from '@cordee/service/database/insert-rows';
import type { RequiredEntityData } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { postLedgerBookings } from '../ledger/post-ledger-booking.ts';
import { entriesOfInvoice } from '../ledger/ledger-entry.ts';
import { chooseReferenceForm } from '../payments/reference-form.ts';
import { allocateReferences } from '../payments/allocate-reference.ts';
import { totalsOf, type DocumentLine } from './document-line.ts';
import { Invoice, type PaymentMethod } from './invoice.entity.ts';
import { allocateNumbers } from './number-series.ts';
import { storeLinesOf } from './stored-lines.ts';

type InvoiceDetails = Pick<
  Invoice,
  'organizationId' | 'currency' | 'language' | 'isReverseCharge' | 'buyer' | 'addressId'
> & {
  readonly orderId: `ord_${string}` | null;
  readonly proFormaId: `pfm_${string}` | null;
  readonly proFormaNumber: string | null;
  readonly heldUntil: string | null;
  readonly lines: readonly DocumentLine[];
  /**
   * Set when the invoice is paid in full at issue. `paidOn` is the value date. `shortfall` is the part of the total
   * that was not received and is accepted.
   */
  readonly payment?: { readonly paidOn: string; readonly method: PaymentMethod; readonly shortfall?: number };
};

/** An invoice that has no number and no payment reference and is not inserted yet. */
export interface InvoiceDraft extends Pick<InvoiceDetails, 'lines' | 'payment'> {
  readonly invoice: Invoice;
}

/** Creates a draft. Writes nothing: call `numberInvoices` with the draft at the end of the transaction. */
export function draftInvoice(
  { em, now, seller }: Pick<BillingContext, 'em' | 'now' | 'seller'>,
  details: InvoiceDetails,
): InvoiceDraft {
  const { lines, payment, ...invoiceFields } = details;
  const { currency } = details;
  const id = newId('inv', now);
  const today = seller.today(now);
  const totals = totalsOf(lines, currency);
  const amounts = { net: totals.net.amount, vat: totals.vat.amount, total: totals.gross.amount };
  const invoice = em.create(
    Invoice,
    {
      ...invoiceFields,
      ...amounts,
      id,
      // `numberInvoices` sets the number and the reference.
      number: '',
      reference: '',
      status: 'open',
      issuedOn: today,
      dueOn: seller.invoiceDueOn(today),
      paidAmount: 0,
      creditedAmount: 0,
      refundedAmount: 0,
      writtenOffAmount: 0,
      shortfallAmount: 0,
      seller: seller.copy,
      createdAt: now,
    } as RequiredEntityData<Invoice>,
    { persist: false },
  );
  return { invoice, lines, ...(payment && { payment }) };
}

/**
 * Numbers and inserts drafts with their lines and ledger bookings (DOC-4), allocates their payment references and
 * publishes their events, which contain the numbers. Call this function last in a transaction: the number series is
 * locked until the commit.
 */
export async function numberInvoices(
  { em, now, publish, seller }: BillingContext,
  drafts: readonly InvoiceDraft[],
): Promise<void> {
  if (drafts.length === 0) return;
  // Writes all other changes first, so that the number series is locked for a short time.
  await em.flush();
  const today = seller.today(now);
  storeLinesOf(
    em,
    drafts.map(({ invoice: { organizationId, id }, lines }) => ({ organizationId, id, lines })),
  );
  postLedgerBookings(
    em,
    now,
    drafts.map(({ invoice: { organizationId, id, currency, net, vat, total } }) => ({
      organizationId,
      id: newId('bkg', now),
      kind: 'invoice',
      documentId: id,
      valuedOn: today,
      currency,
      entries: entriesOfInvoice({ id, net, vat, total }),
    })),
  );
  // Both statements share one round trip.
  const [references, { numbers, issuedOn }] = await Promise.all([
    allocateReferences(
      em,
      drafts.map(({ invoice: { id, organizationId, buyer, currency } }) => ({
        form: chooseReferenceForm(buyer.country, currency),
        kind: 'invoice',
        organizationId,
        documentId: id,
        now,
      })),
    ),
    allocateNumbers(em, 'invoice', today, drafts.length),
  ]);
  const events = drafts.flatMap(({ invoice, lines, payment }, index) => {
    invoice.reference = references[index]!;
    invoice.number = numbers[index]!;
    invoice.issuedOn = issuedOn;
    const issuedEvent = invoice.issuedEvent(lines, payment !== undefined);
    if (!payment) return [issuedEvent];
    return [issuedEvent, invoice.pay(invoice.total, payment.paidOn, payment.method, lines, payment.shortfall)];
  });
  insertRows(
    em,
    drafts.map(({ invoice }) => invoice),
  );
  await publish(events);
}
