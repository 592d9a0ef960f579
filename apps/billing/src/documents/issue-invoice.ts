import { newId } from '@cordee/contracts/id';
import { insertRows } from '@cordee/service/database/insert-rows';
import type { RequiredEntityData } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { entriesOfInvoice } from '../ledger/ledger-entry.ts';
import { referenceFormFor } from '../payments/reference-form.ts';
import { allocateReference } from '../payments/allocate-reference.ts';
import { totalsOf, type DocumentLine } from './document-line.ts';
import { Invoice, type PaymentMethod } from './invoice.entity.ts';
import { allocateNumbers } from './number-series.ts';
import { storeLines } from './stored-lines.ts';

type InvoiceDetails = Pick<
  Invoice,
  'organizationId' | 'currency' | 'language' | 'isReverseCharge' | 'buyer' | 'addressId'
> & {
  readonly orderId: `ord_${string}` | null;
  readonly proFormaId: `pfm_${string}` | null;
  readonly proFormaNumber: string | null;
  readonly heldUntil: string | null;
  readonly lines: readonly DocumentLine[];
  /** Set when the invoice is paid in full at issue. `paidOn` is the value date. */
  readonly payment?: { readonly paidOn: string; readonly method: PaymentMethod };
};

/** An invoice that has no number and no payment reference and is not inserted yet. */
export interface InvoiceDraft extends Pick<InvoiceDetails, 'lines' | 'payment'> {
  readonly invoice: Invoice;
}

/**
 * Creates a draft. Inserts the lines and the ledger booking of the invoice. Call `numberInvoices` with the draft at the
 * end of the transaction.
 */
export function draftInvoice({ em, now, seller }: BillingContext, details: InvoiceDetails): InvoiceDraft {
  const { lines, payment, ...invoiceFields } = details;
  const { organizationId, currency } = details;
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
  storeLines(em, organizationId, id, lines);
  postLedgerBooking(em, now, {
    organizationId,
    id: newId('bkg', now),
    kind: 'invoice',
    documentId: id,
    valuedOn: today,
    currency,
    entries: entriesOfInvoice({ id, ...amounts }),
  });
  return { invoice, lines, ...(payment && { payment }) };
}

/**
 * Numbers and inserts drafts (DOC-4), allocates their payment references and publishes their events, which contain the
 * numbers. Call this last in a transaction: the number series is locked until the commit.
 */
export async function numberInvoices(
  { em, now, publish, seller }: BillingContext,
  drafts: readonly InvoiceDraft[],
): Promise<void> {
  if (drafts.length === 0) return;
  // Writes all other changes first, so that the number series is locked for a short time.
  await em.flush();
  // One round trip.
  const [references, { numbers, issuedOn }] = await Promise.all([
    Promise.all(
      drafts.map(({ invoice: { id, organizationId, buyer, currency } }) =>
        allocateReference(em, {
          form: referenceFormFor(buyer.country, currency),
          kind: 'invoice',
          organizationId,
          documentId: id,
          now,
        }),
      ),
    ),
    allocateNumbers(em, 'invoice', seller.today(now), drafts.length),
  ]);
  const events = drafts.flatMap(({ invoice, lines, payment }, index) => {
    invoice.reference = references[index]!;
    invoice.number = numbers[index]!;
    invoice.issuedOn = issuedOn;
    const issued = invoice.issuedEvent(lines, payment !== undefined);
    return payment ? [issued, invoice.pay(invoice.total, payment.paidOn, payment.method, lines)] : [issued];
  });
  insertRows(
    em,
    drafts.map(({ invoice }) => invoice),
  );
  await publish(events);
}
