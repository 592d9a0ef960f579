import { invoiceCredited, type creditInvoice as contract } from '@cordee/contracts/billing/credit-note';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { newId, toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { domainEvent } from '@cordee/outbox/publish';
import { insertRows } from '@cordee/service/database/insert-rows';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { BillingContext } from '../billing-context.ts';
import { requestCardRefund } from '../cards/card-refund.ts';
import { cancelRenewals } from '../charges/pro-forma-charges.ts';
import { releaseCharges } from '../charges/released-charges.ts';
import { figuresOf, servicePeriodOf } from '../documents/document-figures.ts';
import { productIdsOf, totalsOf, type DocumentLine } from '../documents/document-line.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { shortfallView, vatOfShortfalls } from '../documents/invoice-payment.ts';
import { allocateNumbers } from '../documents/number-series.ts';
import { readLines, storeLines } from '../documents/stored-lines.ts';
import { reversedEntries } from '../ledger/ledger-entry.ts';
import { loweringEntries, shortfallEntries, taxSharesOf } from '../vat/tax-shares.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import { findReservedRenewals } from '../payments/prepaid-reservation.ts';
import { parseCreditorIban } from '../payouts/creditor-iban.ts';
import { requestOutgoingPayment } from '../payouts/request-outgoing-payment.ts';
import { CreditNote } from './credit-note.entity.ts';
import { creditedParts, grossOf } from './credited-lines.ts';
import { readOnlyPayment, refundAccounts, refundTarget, type RefundTarget } from './refund-target.ts';

/** Corrects an invoice by a credit note and refunds what was paid (DOC-5, PAY-5). Returns the credit note. */
export async function creditInvoice(
  context: BillingContext,
  request: Input<typeof contract>,
): Promise<Output<typeof contract>> {
  const { em, now, publish, seller } = context;
  const { organizationId, documentId, reason, productEffect } = request;
  const productsEndOn = productsEndOnOf(request, seller.today(now));
  // An open invoice may have no refund, but a wrong IBAN is an error anyway.
  if (request.iban !== undefined) parseCreditorIban(request.iban);
  const [invoice, invoiceLines, creditedAmounts, onlyPayment] = await lockPrepaidAccountAndRead(
    em,
    organizationId,
    now,
    () =>
      Promise.all([
        em.findOne(Invoice, { organizationId, id: documentId }, { refresh: true }),
        readLines(em, organizationId, documentId),
        readCreditedAmounts(em, organizationId, documentId),
        readOnlyPayment(em, organizationId, documentId),
      ]),
  );
  if (!invoice) throw new DomainError('DOCUMENT_NOT_FOUND');
  if (!CREDITABLE.has(invoice.status)) throw new DomainError('INVOICE_NOT_CREDITABLE');
  const { currency } = invoice;
  const creditableAmount = invoice.creditableAmount();
  if (creditableAmount <= 0) throw new DomainError('CREDIT_TOO_HIGH');
  const isFullCredit = !request.lines && request.amount === undefined;
  const uncreditedLines = remainingLines(invoiceLines, creditedAmounts);
  const { lines, rounding } = creditedParts(
    uncreditedLines,
    remainingRounding(invoice, uncreditedLines),
    // The written-off amount is not divided among the lines.
    isFullCredit && invoice.writtenOffAmount > 0 ? { amount: creditableAmount } : request,
  );
  const totals = totalsOf(lines, currency);
  const total = totals.gross.amount + rounding;
  if (total === 0 || total > creditableAmount) throw new DomainError('CREDIT_TOO_HIGH');
  // The credit note first reduces the debt. The part of the total above the debt was paid. It is refunded, except an
  // accepted shortfall, which nobody paid.
  const paidPart = Math.max(0, total - invoice.openAmount());
  const refund = Math.min(paidPart, Math.max(0, invoice.refundableAmount()));
  const shortfall = paidPart - refund;
  const target = refund > 0 ? refundTarget(request, onlyPayment, refund) : undefined;

  const productIds = productIdsOf(lines);
  const currencies = new Set<Currency>();
  if (productsEndOn) {
    const reservedRenewals = await findReservedRenewals(em, organizationId, productIds);
    for (const releasedCurrency of await cancelRenewals(context, organizationId, productIds, reservedRenewals))
      currencies.add(releasedCurrency);
  }
  const taxShares = taxSharesOf(invoiceLines, invoice.taxPlace);
  const shortfallBefore = invoice.shortfallAmount;
  const id = newId('crn', now);
  const shortfallVat =
    vatOfShortfalls(invoice, invoice.shortfallAmount) - vatOfShortfalls(invoice, invoice.shortfallAmount - shortfall);
  invoice.credit({ total, refund, shortfall });
  storeLines(em, organizationId, id, lines);
  releaseCharges(context, invoice, uncreditedLines, lines);
  const bookingFields = { organizationId, documentId: invoice.id, valuedOn: seller.today(now), currency };
  postLedgerBooking(em, now, {
    ...bookingFields,
    id: newId('bkg', now),
    kind: 'credit_note',
    documentId: id,
    entries: [
      ...loweringEntries('revenue', taxSharesOf(lines, invoice.taxPlace)),
      { account: 'cash_rounding', amount: rounding },
      { account: 'receivable', amount: -total + shortfall, documentId: invoice.id },
      // The credit note lowers the VAT of the shortfall that it covers, so the shortfall does not lower it any more.
      ...reversedEntries(shortfallEntries('bank_fees', taxShares, shortfall, shortfallBefore - shortfall)),
    ],
  });
  if (target) postRefund(context, { bookingFields, target, refund, buyerName: invoice.buyer.name });
  // Writes all other changes first, so that the number series is locked for a short time.
  await em.flush();
  const { numbers, issuedOn } = await allocateNumbers(em, 'credit_note', seller.today(now), 1);
  const { language, isReverseCharge, buyer } = invoice;
  const vatDecision = invoice.vatDecision ?? null;
  const creditNote = em.create(
    CreditNote,
    {
      organizationId,
      id,
      number: numbers[0]!,
      status: 'issued',
      issuedOn,
      currency,
      net: totals.net.amount,
      vat: totals.vat.amount,
      total,
      language,
      isReverseCharge,
      vatDecision,
      buyer,
      seller: seller.fieldsFor(currency),
      addressId: invoice.addressId ?? null,
      createdAt: now,
      invoiceId: invoice.id,
      invoiceNumber: invoice.number,
      reason,
      productEffect,
      productsEndOn,
      refundedAmount: refund,
      refundedTo: target?.to ?? null,
    },
    { persist: false },
  );
  insertRows(em, [creditNote]);
  await publish(
    domainEvent(invoiceCredited, {
      organizationId,
      documentId: invoice.id,
      currency,
      creditNoteId: id,
      open: { amount: invoice.openAmount(), currency },
      refund: target ? { amount: { amount: refund, currency }, to: target.to } : null,
      shortfall: shortfallView(currency, shortfall, shortfallVat),
      productEffect,
      productsEndOn,
      productIds,
      figures: figuresOf(creditNote, { dueOn: issuedOn, servicePeriod: servicePeriodOf(lines) }, lines),
    }),
  );
  // Prepaid has received the refund or reserved money, or may cover the lower open amount now.
  if (target?.to === 'prepaid' || invoice.isOpen()) currencies.add(currency);
  for (const each of currencies) await payOldestInvoices(context, organizationId, each);
  return creditNote.view(lines);
}

const CREDITABLE: ReadonlySet<Invoice['status']> = new Set(['open', 'part_paid', 'paid', 'partly_refunded']);

/** Returns the last day of the products; null when they continue. */
function productsEndOnOf({ productEffect, productsEndOn }: Input<typeof contract>, today: string): string | null {
  if (productEffect === 'ends' && (productsEndOn ?? today) >= today) return productsEndOn ?? today;
  if (productEffect === 'continues' && productsEndOn === undefined) return null;
  const detail = productEffect === 'ends' ? `must not be before ${today}` : 'is only for products that end';
  throw inputError('PRODUCTS_END_INVALID', '/productsEndOn', detail);
}

interface CreditedAmounts {
  position: number;
  net: string;
  vat: string;
}

/** Reads the credited amounts per line of the invoice. */
export const readCreditedAmounts = (
  em: EntityManager,
  organizationId: `org_${string}`,
  invoiceId: `inv_${string}`,
): Promise<CreditedAmounts[]> =>
  em.execute<CreditedAmounts[]>(
    `select line.credited_position as position, sum(line.net) as net, sum(line.vat) as vat
     from credit_note note
     join document_line line on line.organization_id = note.organization_id and line.document_id = note.id
     where note.organization_id = ? and note.invoice_id = ? group by line.credited_position`,
    [toUuid(organizationId), toUuid(invoiceId)],
  );

/** Returns the lines of an invoice with their amounts reduced by the credited amounts. */
export const remainingLines = (
  lines: readonly DocumentLine[],
  creditedAmounts: readonly CreditedAmounts[],
): DocumentLine[] =>
  lines.map((line, position) => {
    const credited = creditedAmounts.find((amounts) => amounts.position === position);
    return credited ? { ...line, net: line.net - Number(credited.net), vat: line.vat - Number(credited.vat) } : line;
  });

/** Returns the cash rounding of an invoice that no credit note has taken. */
export const remainingRounding = (
  { total, creditedAmount }: Pick<Invoice, 'total' | 'creditedAmount'>,
  uncreditedLines: readonly DocumentLine[],
): number => total - creditedAmount - grossOf(uncreditedLines);

/** Posts a refund, and requests its payment when it goes to a bank or a card. */
function postRefund(
  context: BillingContext,
  {
    bookingFields,
    target,
    refund,
    buyerName,
  }: {
    bookingFields: { organizationId: `org_${string}`; documentId: `inv_${string}`; valuedOn: string; currency: string };
    target: RefundTarget;
    refund: number;
    buyerName: string;
  },
): void {
  const { organizationId, documentId, currency } = bookingFields;
  postLedgerBooking(context.em, context.now, {
    ...bookingFields,
    id: newId('bkg', context.now),
    kind: 'refund',
    ...(target.to === 'prepaid' && { reason: 'refunded' as const }),
    entries: [
      { account: 'receivable', amount: refund, documentId },
      { account: refundAccounts[target.to], amount: -refund },
    ],
  });
  if (target.to === 'card')
    requestCardRefund(context, { organizationId, paymentId: target.paymentId, documentId, currency, amount: refund });
  if (target.to === 'bank')
    requestOutgoingPayment(context, {
      organizationId,
      purpose: 'refund',
      currency,
      amount: refund,
      documentId,
      // The bank of the payee may compare the name with the holder of the account.
      creditorName: target.name ?? buyerName,
      creditorIban: target.iban,
    });
}
