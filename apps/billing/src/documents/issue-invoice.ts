import { invoiceIssued } from '@cordee/contracts/billing/document';
import { newId } from '@cordee/contracts/id';
import { domainEvent } from '@cordee/outbox/publish';
import { insertRows } from '@cordee/service/database/insert-rows';
import type { RequiredEntityData } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { entriesOfInvoice } from '../ledger/ledger-entry.ts';
import { referenceFormFor } from '../payments/reference-form.ts';
import { allocateReference } from '../payments/allocate-reference.ts';
import { intervalOf, productIdsOf, totalsOf, type DocumentLine } from './document-line.ts';
import { Invoice } from './invoice.entity.ts';
import { allocateNumbers } from './number-series.ts';
import { storeLines } from './stored-lines.ts';

type InvoiceDetails = Pick<Invoice, 'organizationId' | 'currency' | 'language' | 'isReverseCharge' | 'buyer'> & {
  readonly orderId: `ord_${string}` | null;
  readonly heldUntil: string | null;
  readonly lines: readonly DocumentLine[];
  /** Set when the invoice is paid in full at issue. `paidOn` is the value date. */
  readonly payment?: { readonly paidOn: string; readonly method: 'bank_transfer' | 'prepaid' };
};

/**
 * Creates a draft: an invoice that has no number and no payment reference and is not inserted yet. Inserts the lines
 * and the ledger booking of the invoice and publishes its events. Call `numberInvoices` with the draft at the end of
 * the transaction.
 */
export async function draftInvoice(context: BillingContext, details: InvoiceDetails): Promise<Invoice> {
  const { em, now, publish, seller } = context;
  const { lines, payment, ...invoiceFields } = details;
  const { organizationId, currency } = details;
  const id = newId('inv', now);
  const today = seller.today(now);
  const totals = totalsOf(lines, currency);
  const amounts = { net: totals.net.amount, vat: totals.vat.amount, total: totals.gross.amount };
  const draft = em.create(
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
  const productIds = productIdsOf(lines);
  await publish(
    domainEvent(invoiceIssued, {
      organizationId,
      documentId: id,
      currency,
      total: { amount: amounts.total, currency },
      isPaid: payment !== undefined,
      dueOn: draft.dueOn,
      heldUntil: details.heldUntil,
      interval: intervalOf(lines),
      productIds,
    }),
  );
  const invoicePaid = payment && draft.pay(draft.total, payment.paidOn, payment.method, productIds);
  if (invoicePaid) await publish(invoicePaid);
  return draft;
}

/**
 * Numbers and inserts drafts (DOC-4), and allocates their payment references. Call this last in a transaction: the
 * number series is locked until the commit.
 */
export async function numberInvoices({ em, now, seller }: BillingContext, drafts: readonly Invoice[]): Promise<void> {
  if (drafts.length === 0) return;
  // Writes all other changes first, so that the number series is locked for a short time.
  await em.flush();
  // One round trip.
  const [references, { numbers, issuedOn }] = await Promise.all([
    Promise.all(
      drafts.map(({ id, organizationId, buyer, currency }) =>
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
  for (const [index, draft] of drafts.entries()) {
    draft.reference = references[index]!;
    draft.number = numbers[index]!;
    draft.issuedOn = issuedOn;
  }
  insertRows(em, drafts);
}
