import { setImmediate } from 'node:timers/promises';
import { newId } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { BuyerCopy } from '../addresses/address.entity.ts';
import type { BillingContext } from '../billing-context.ts';
import { postLedgerBookings } from '../ledger/post-ledger-booking.ts';
import { entriesOfInvoice } from '../ledger/ledger-entry.ts';
import { chooseReferenceForm } from '../payments/reference-form.ts';
import { allocateReferences } from '../payments/allocate-reference.ts';
import type { VatDecision } from '../vat/vat-decision.ts';
import { withRatesOf } from '../vat/decided-rates.ts';
import { taxPlaceOf, taxSharesOf } from '../vat/tax-shares.ts';
import { roundingOf, totalsOf, type DocumentLine } from './document-line.ts';
import { issuedEventOf, payInvoice, type PaymentMethod } from './invoice-payment.ts';
import { insertInvoices, type NewInvoice } from './invoice-rows.ts';
import { allocateNumbers } from './number-series.ts';
import type { DocumentLanguage } from './pdf/document-content.ts';
import { storeLinesOf } from './stored-lines.ts';

interface InvoiceDetails {
  readonly organizationId: `org_${string}`;
  readonly currency: Currency;
  readonly language: DocumentLanguage;
  readonly vatDecision: VatDecision;
  readonly buyer: BuyerCopy;
  readonly addressId: `adr_${string}` | null;
  readonly orderId: `ord_${string}` | null;
  readonly proFormaId: `pfm_${string}` | null;
  readonly proFormaNumber: string | null;
  readonly heldUntil: string | null;
  readonly lines: readonly DocumentLine[];
  /** The cash rounding of the converted pro forma; without a pro forma, the configuration decides. */
  readonly rounding?: number;
  /**
   * Set when the invoice is paid in full at issue. `paidOn` is the value date. `shortfall` is the part of the total
   * that was not received and is accepted.
   */
  readonly payment?: { readonly paidOn: string; readonly method: PaymentMethod; readonly shortfall?: number };
}

/** The number of invoices whose rows are written together. */
const CHUNK_SIZE = 500;

/** An invoice that has no number and no payment reference and is not inserted yet. */
export interface InvoiceDraft extends Pick<InvoiceDetails, 'lines' | 'payment'> {
  readonly invoice: NewInvoice;
}

/** Creates a draft. Writes nothing: call `numberInvoices` with the draft at the end of the transaction. */
export function draftInvoice(
  { now, seller }: Pick<BillingContext, 'now' | 'seller'>,
  details: InvoiceDetails,
): InvoiceDraft {
  const { lines, payment, rounding, ...invoiceFields } = details;
  const { currency } = details;
  const id = newId('inv', now);
  const today = seller.today(now);
  const totals = totalsOf(lines, currency);
  const gross = totals.gross.amount;
  const invoice: NewInvoice = {
    ...invoiceFields,
    isReverseCharge: details.vatDecision.category === 'AE',
    vatDecision: withRatesOf(details.vatDecision, lines),
    taxPlace: taxPlaceOf(details.vatDecision, today),
    net: totals.net.amount,
    vat: totals.vat.amount,
    total: rounding === undefined ? seller.totalOf(gross, currency) : gross + rounding,
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
    paidOn: null,
  };
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
  for (const chunk of chunksOf(drafts)) {
    storeLinesOf(
      em,
      chunk.map(({ invoice: { organizationId, id }, lines }) => ({ organizationId, id, lines })),
    );
    postLedgerBookings(
      em,
      now,
      chunk.map(({ invoice, lines }) => ({
        organizationId: invoice.organizationId,
        id: newId('bkg', now),
        kind: 'invoice',
        documentId: invoice.id,
        valuedOn: today,
        currency: invoice.currency,
        entries: entriesOfInvoice(
          { id: invoice.id, total: invoice.total, rounding: roundingOf(invoice) },
          taxSharesOf(lines, invoice.taxPlace),
        ),
      })),
    );
    // Sends the statements, so that PostgreSQL works at the same time as this process.
    if (drafts.length > CHUNK_SIZE) await setImmediate();
  }
  // Both statements share one round trip.
  const [references, { numbers, issuedOn }] = await Promise.all([
    allocateReferences(
      em,
      drafts.map(({ invoice: { id, organizationId, buyer, currency } }) => ({
        form: chooseReferenceForm(buyer.country, currency, seller.accountFor(currency)),
        kind: 'invoice',
        organizationId,
        documentId: id,
        now,
      })),
    ),
    allocateNumbers(em, 'invoice', today, drafts.length),
  ]);
  for (const [index, { invoice }] of drafts.entries())
    Object.assign(invoice, { reference: references[index], number: numbers[index], issuedOn });
  for (const chunk of chunksOf(drafts)) {
    const events = chunk.flatMap(({ invoice, lines, payment }) => {
      const issuedEvent = issuedEventOf(invoice, lines, payment !== undefined);
      return payment ? [issuedEvent, payInvoice(invoice, { ...payment, amount: invoice.total }, lines)] : [issuedEvent];
    });
    insertInvoices(
      em,
      chunk.map(({ invoice }) => invoice),
      seller,
      now,
    );
    await publish(events);
    if (drafts.length > CHUNK_SIZE) await setImmediate();
  }
}

function* chunksOf(drafts: readonly InvoiceDraft[]): Generator<readonly InvoiceDraft[]> {
  for (let start = 0; start < drafts.length; start += CHUNK_SIZE) yield drafts.slice(start, start + CHUNK_SIZE);
}
