import {
  invoiceIssued,
  invoicePaid,
  invoicePartPaid,
  invoiceReopened,
  type DocumentFigures,
} from '@cordee/contracts/billing/document';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { figuresOf, servicePeriodOf } from './document-figures.ts';
import { intervalOf, productIdsOf, type DocumentLine } from './document-line.ts';
import { documentProperties } from './pro-forma.entity.ts';

type InvoiceStatus = 'open' | 'part_paid' | 'paid' | 'partly_refunded' | 'refunded' | 'credited' | 'written_off';
export type PaymentMethod = 'bank_transfer' | 'prepaid' | 'card';

export const InvoiceSchema = defineEntity({
  name: 'Invoice',
  tableName: 'invoice',
  properties: {
    ...documentProperties,
    id: idColumn('inv').primary(),
    status: p.string().$type<InvoiceStatus>(),
    orderId: idColumn('ord').nullable(),
    dueOn: p.date(),
    heldUntil: p.date().nullable(),
    proFormaId: idColumn('pfm').nullable(),
    proFormaNumber: p.string().nullable(),
    paidAmount: p.bigint('number'),
    creditedAmount: p.bigint('number'),
    refundedAmount: p.bigint('number'),
    writtenOffAmount: p.bigint('number'),
    shortfallAmount: p.bigint('number'),
    paidOn: p.date().nullable(),
    pdfFileId: idColumn('fil').nullable(),
    pdfSha256: p.blob().nullable(),
  },
});

/**
 * An invoice is never edited; only its payment state changes (DOC-5). Amounts are in minor units. `paidAmount` includes
 * accepted shortfalls.
 */
export class Invoice extends InvoiceSchema.class {
  isOpen(): boolean {
    return this.status === 'open' || this.status === 'part_paid';
  }

  /** The amount that the customer owes: the balance of the invoice on the ledger account `receivable`. */
  openAmount(): number {
    return this.creditableAmount() - this.paidAmount + this.refundedAmount;
  }

  /** The price that was neither credited nor written off. */
  creditableAmount(): number {
    return this.total - this.creditedAmount - this.writtenOffAmount;
  }

  /**
   * The money that was received and not given back. Negative when the bank took a refunded payment back.
   */
  refundableAmount(): number {
    return this.paidAmount - this.shortfallAmount - this.refundedAmount;
  }

  /** The event of a new invoice. `isPaid` is true when the event of a payment in full follows. */
  issuedEvent(lines: readonly DocumentLine[], isPaid: boolean): DomainEvent<typeof invoiceIssued> {
    const { total, currency, dueOn, heldUntil } = this;
    return domainEvent(invoiceIssued, {
      ...this.key(),
      total: { amount: total, currency },
      isPaid,
      dueOn,
      heldUntil: heldUntil ?? null,
      interval: intervalOf(lines),
      productIds: productIdsOf(lines),
      figures: this.figures(lines),
    });
  }

  /**
   * Adds a payment. Returns its event, which states whether the invoice is now paid in full. `shortfall` is the part of
   * the amount that was not received and is accepted.
   */
  pay(
    amount: number,
    valueDate: string,
    method: PaymentMethod,
    lines: readonly DocumentLine[],
    shortfall = 0,
  ): DomainEvent<typeof invoicePaid> | DomainEvent<typeof invoicePartPaid> {
    this.paidAmount += amount;
    this.shortfallAmount += shortfall;
    this.updateStatus();
    const { currency } = this;
    const payment = {
      ...this.key(),
      paidOn: valueDate,
      method,
      amount: { amount, currency },
      figures: this.figures(lines),
    };
    if (this.isOpen())
      return domainEvent(invoicePartPaid, { ...payment, open: { amount: this.openAmount(), currency } });
    this.paidOn = valueDate;
    return domainEvent(invoicePaid, { ...payment, productIds: productIdsOf(lines) });
  }

  /**
   * Removes a payment that was reversed or charged back (C-BNK-14, C-MON-07), and the stored PDF, which states that the
   * invoice is paid. The invoice gets the due date `dueOn`, so that its reminders start again. `shortfall` is the part
   * of the amount that was never received.
   */
  reopen(
    {
      amount,
      shortfall = 0,
      reversedOn,
      dueOn: newDueOn,
    }: { amount: number; shortfall?: number; reversedOn: string; dueOn: string },
    lines: readonly DocumentLine[],
  ): DomainEvent<typeof invoiceReopened> {
    this.paidAmount -= amount;
    this.shortfallAmount -= shortfall;
    this.dueOn = newDueOn;
    this.paidOn = null;
    this.pdfFileId = null;
    this.pdfSha256 = null;
    this.updateStatus();
    const { currency, dueOn, heldUntil } = this;
    return domainEvent(invoiceReopened, {
      ...this.key(),
      open: { amount: this.openAmount(), currency },
      dueOn,
      heldUntil: heldUntil ?? null,
      interval: intervalOf(lines),
      productIds: productIdsOf(lines),
      amount: { amount, currency },
      reversedOn,
      figures: this.figures(lines),
    });
  }

  /**
   * Records a credit note. `refund` is the money that is given back; `shortfall` is the part of an earlier accepted
   * shortfall that the credit note takes back.
   */
  credit({ total, refund, shortfall }: { total: number; refund: number; shortfall: number }): void {
    this.creditedAmount += total;
    this.refundedAmount += refund;
    this.paidAmount -= shortfall;
    this.shortfallAmount -= shortfall;
    this.updateStatus();
  }

  /** Gives up the open amount. */
  writeOff(): number {
    const amount = this.openAmount();
    this.writtenOffAmount += amount;
    this.updateStatus();
    return amount;
  }

  /** Sets the status that follows from the amounts. */
  private updateStatus(): void {
    this.status = statusOf(this);
  }

  private key(): Pick<Invoice, 'organizationId' | 'currency'> & { documentId: `inv_${string}` } {
    const { organizationId, id, currency } = this;
    return { organizationId, documentId: id, currency };
  }

  private figures(lines: readonly DocumentLine[]): z.input<typeof DocumentFigures> {
    return figuresOf(this, { dueOn: this.dueOn, servicePeriod: servicePeriodOf(lines) }, lines);
  }
}
InvoiceSchema.setClass(Invoice);

function statusOf(invoice: Invoice): InvoiceStatus {
  const { total, paidAmount, creditedAmount, refundedAmount, writtenOffAmount } = invoice;
  if (invoice.openAmount() > 0) return paidAmount > refundedAmount ? 'part_paid' : 'open';
  if (writtenOffAmount > 0) return 'written_off';
  if (refundedAmount > 0) return creditedAmount === total ? 'refunded' : 'partly_refunded';
  return creditedAmount === total && total > 0 ? 'credited' : 'paid';
}
