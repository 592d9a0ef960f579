import {
  invoiceIssued,
  invoicePaid,
  invoicePartPaid,
  type DocumentFigures,
} from '@cordee/contracts/billing/document-events';
import type { Currency, MoneyValue } from '@cordee/contracts/values';
import { fractionOf, money } from '@cordee/money/money';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import type * as z from 'zod';
import type { TaxPlace } from '../vat/tax-shares.ts';
import { figuresOf, servicePeriodOf } from './document-figures.ts';
import { intervalOf, productIdsOf, type DocumentLine } from './document-line.ts';

export type InvoiceStatus = 'open' | 'part_paid' | 'paid' | 'partly_refunded' | 'refunded' | 'credited' | 'written_off';
export type PaymentMethod = 'bank_transfer' | 'prepaid' | 'card';

/** The amounts of an invoice in minor units. `paidAmount` includes accepted shortfalls. */
interface InvoiceAmounts {
  readonly total: number;
  paidAmount: number;
  creditedAmount: number;
  refundedAmount: number;
  writtenOffAmount: number;
  shortfallAmount: number;
}

/**
 * The fields of an invoice that its payment reads and changes. A set of invoices has plain objects with these fields,
 * and not entities: the EntityManager takes more time per invoice than the payment.
 */
export interface PayableInvoice extends InvoiceAmounts {
  readonly organizationId: `org_${string}`;
  readonly id: `inv_${string}`;
  readonly number: string;
  status: InvoiceStatus;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly currency: Currency;
  readonly net: number;
  readonly vat: number;
  /** Where its VAT is declared. */
  readonly taxPlace: TaxPlace;
  paidOn?: string | null;
}

export const isOpen = ({ status }: Pick<PayableInvoice, 'status'>): boolean =>
  status === 'open' || status === 'part_paid';

/** The amount that the customer owes: the balance of the invoice on the ledger account `receivable`. */
export const openAmountOf = ({
  total,
  creditedAmount,
  writtenOffAmount,
  paidAmount,
  refundedAmount,
}: InvoiceAmounts): number => total - creditedAmount - writtenOffAmount - paidAmount + refundedAmount;

/**
 * Returns the VAT in an accepted shortfall of an invoice (DOC-7), in minor units: the same part of the VAT as the
 * shortfall is of the gross amount. Pass the sum of all shortfalls: the VAT of one shortfall is the difference of two
 * sums, so that the VAT of all shortfalls adds up.
 */
export const vatOfShortfalls = (
  { net, vat, currency }: Pick<PayableInvoice, 'net' | 'vat' | 'currency'>,
  shortfall: number,
): number =>
  net + vat === 0 ? 0 : fractionOf(money(vat, currency), { numerator: shortfall, denominator: net + vat }).amount;

/** Returns a shortfall and its VAT in the shape of events; null without a shortfall. */
export const shortfallView = (
  currency: Currency,
  amount: number,
  vat: number,
): { amount: MoneyValue; vat: MoneyValue } | null =>
  amount === 0 ? null : { amount: { amount, currency }, vat: { amount: vat, currency } };

/** Returns the status that follows from the amounts. */
export function statusOf(invoice: InvoiceAmounts): InvoiceStatus {
  const { total, paidAmount, creditedAmount, refundedAmount, writtenOffAmount } = invoice;
  if (openAmountOf(invoice) > 0) return paidAmount > refundedAmount ? 'part_paid' : 'open';
  if (writtenOffAmount > 0) return 'written_off';
  if (refundedAmount > 0) return creditedAmount === total ? 'refunded' : 'partly_refunded';
  return creditedAmount === total && total > 0 ? 'credited' : 'paid';
}

/** The event of a new invoice. `isPaid` is true when the event of a payment in full follows. */
export function issuedEventOf(
  invoice: PayableInvoice & { readonly heldUntil?: string | null },
  lines: readonly DocumentLine[],
  isPaid: boolean,
): DomainEvent<typeof invoiceIssued> {
  const { total, currency, dueOn, heldUntil } = invoice;
  return domainEvent(invoiceIssued, {
    ...keyOf(invoice),
    total: { amount: total, currency },
    isPaid,
    dueOn,
    heldUntil: heldUntil ?? null,
    interval: intervalOf(lines),
    productIds: productIdsOf(lines),
    figures: figuresOfInvoice(invoice, lines),
  });
}

interface InvoicePayment {
  readonly amount: number;
  /** The value date. */
  readonly paidOn: string;
  readonly method: PaymentMethod;
  /** The part of the amount that was not received and is accepted. */
  readonly shortfall?: number;
}

/** Adds a payment to an invoice. Returns the event, which states whether the invoice is now paid in full. */
export function payInvoice(
  invoice: PayableInvoice,
  { amount, paidOn, method, shortfall = 0 }: InvoicePayment,
  lines: readonly DocumentLine[],
): DomainEvent<typeof invoicePaid> | DomainEvent<typeof invoicePartPaid> {
  const { currency } = invoice;
  const shortfallVat =
    vatOfShortfalls(invoice, invoice.shortfallAmount + shortfall) - vatOfShortfalls(invoice, invoice.shortfallAmount);
  invoice.paidAmount += amount;
  invoice.shortfallAmount += shortfall;
  invoice.status = statusOf(invoice);
  const payment = {
    ...keyOf(invoice),
    paidOn,
    method,
    amount: { amount, currency },
    shortfall: shortfallView(currency, shortfall, shortfallVat),
    figures: figuresOfInvoice(invoice, lines),
  };
  if (isOpen(invoice))
    return domainEvent(invoicePartPaid, { ...payment, open: { amount: openAmountOf(invoice), currency } });
  invoice.paidOn = paidOn;
  return domainEvent(invoicePaid, { ...payment, productIds: productIdsOf(lines) });
}

/** The fields of an invoice that all its events have. */
export const keyOf = ({
  organizationId,
  id,
  currency,
}: Pick<PayableInvoice, 'organizationId' | 'id' | 'currency'>): {
  organizationId: `org_${string}`;
  documentId: `inv_${string}`;
  currency: Currency;
} => ({ organizationId, documentId: id, currency });

export const figuresOfInvoice = (
  invoice: PayableInvoice,
  lines: readonly DocumentLine[],
): z.input<typeof DocumentFigures> =>
  figuresOf(invoice, { dueOn: invoice.dueOn, servicePeriod: servicePeriodOf(lines) }, lines);
