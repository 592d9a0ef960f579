import { invoiceIssued } from '@cordee/contracts/billing/document';
import { newId } from '@cordee/contracts/id';
import { domainEvent } from '@cordee/outbox/publish';
import type { RequiredEntityData } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { book } from '../ledger/book.ts';
import { entriesOfInvoice } from '../ledger/ledger-entry.ts';
import { referenceFormFor } from '../payments/payment-reference.ts';
import { takeReference } from '../payments/take-reference.ts';
import { intervalOf, productIdsOf, totalsOf, type DocumentLine } from './document-line.ts';
import { Invoice } from './invoice.entity.ts';
import { takeNumbers } from './number-series.ts';
import { storeLines } from './stored-lines.ts';

/** What an invoice is made of; the rest follows. */
export type InvoiceDetails = Pick<Invoice, 'organizationId' | 'currency' | 'language' | 'isReverseCharge' | 'buyer'> & {
  readonly orderId: `ord_${string}` | null;
  readonly heldUntil: string | null;
  readonly lines: readonly DocumentLine[];
  /** It is paid in full as it is issued. */
  readonly payment?: { readonly on: string; readonly method: 'bank_transfer' | 'prepaid' };
};

/**
 * Writes everything of an invoice but the invoice: lines, ledger, facts. `numberInvoices` has to follow as the last thing of the
 * transaction, because it makes everybody else who issues one wait.
 */
export async function draftInvoice(context: BillingContext, details: InvoiceDetails): Promise<Invoice> {
  const { em, now, publish, seller } = context;
  const { lines, payment, ...rest } = details;
  const { organizationId, currency } = details;
  const id = newId('inv', now);
  const today = seller.today(now);
  const totals = totalsOf(lines, currency);
  const reference = await takeReference(em, {
    form: referenceFormFor(details.buyer.country, currency),
    kind: 'invoice',
    organizationId,
    documentId: id,
    now,
  });
  const sums = { net: totals.net.amount, vat: totals.vat.amount, total: totals.gross.amount };
  const draft = em.create(
    Invoice,
    {
      ...rest,
      ...sums,
      id,
      number: '',
      status: 'open',
      issuedOn: today,
      dueOn: seller.invoiceDueOn(today),
      reference,
      paidAmount: 0,
      seller: seller.copy,
      createdAt: now,
    } as RequiredEntityData<Invoice>,
    { persist: false },
  );
  await storeLines(em, organizationId, id, lines);
  await book(em, now, {
    organizationId,
    id: newId('bkg', now),
    kind: 'invoice',
    documentId: id,
    valuedOn: today,
    currency,
    entries: entriesOfInvoice({ id, ...sums }),
  });
  const productIds = productIdsOf(lines);
  await publish(
    domainEvent(invoiceIssued, {
      organizationId,
      documentId: id,
      currency,
      total: { amount: sums.total, currency },
      isPaid: payment !== undefined,
      dueOn: draft.dueOn,
      heldUntil: details.heldUntil,
      interval: intervalOf(lines),
      productIds,
    }),
  );
  const paid = payment && draft.pay(draft.total, payment.on, payment.method, productIds);
  if (paid) await publish(paid);
  return draft;
}

/** Gives drafted invoices their numbers and writes them: the last thing before the commit (DOC-4). */
export async function numberInvoices({ em, now, seller }: BillingContext, drafts: readonly Invoice[]): Promise<void> {
  if (drafts.length === 0) return;
  await em.flush();
  const { numbers, issuedOn } = await takeNumbers(em, 'invoice', seller.today(now), drafts.length);
  for (const [index, draft] of drafts.entries()) {
    draft.number = numbers[index]!;
    draft.issuedOn = issuedOn;
    em.persist(draft);
  }
  await em.flush();
}
