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
export type PaymentMethod = 'bank_transfer' | 'prepaid';

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
    paidAmount: p.bigint('number'),
    paidOn: p.date().nullable(),
    pdfFileId: idColumn('fil').nullable(),
    pdfSha256: p.blob().nullable(),
  },
});

/** An invoice is never edited; only its payment state changes (DOC-5). Amounts are in minor units. */
export class Invoice extends InvoiceSchema.class {
  isOpen(): boolean {
    return this.status === 'open' || this.status === 'part_paid';
  }

  openAmount(): number {
    return this.isOpen() ? this.total - this.paidAmount : 0;
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

  /** Adds a payment. Returns its event, which states whether the invoice is now paid in full. */
  pay(
    amount: number,
    valueDate: string,
    method: PaymentMethod,
    lines: readonly DocumentLine[],
  ): DomainEvent<typeof invoicePaid> | DomainEvent<typeof invoicePartPaid> {
    this.paidAmount += amount;
    this.status = this.paidAmount === this.total ? 'paid' : 'part_paid';
    const { currency } = this;
    const payment = {
      ...this.key(),
      paidOn: valueDate,
      method,
      amount: { amount, currency },
      figures: this.figures(lines),
    };
    if (this.status === 'part_paid')
      return domainEvent(invoicePartPaid, { ...payment, open: { amount: this.openAmount(), currency } });
    this.paidOn = valueDate;
    return domainEvent(invoicePaid, { ...payment, productIds: productIdsOf(lines) });
  }

  /** Removes a payment that the bank reversed (C-BNK-14), and the stored PDF, which states that the invoice is paid. */
  reopen(amount: number, reversedOn: string, lines: readonly DocumentLine[]): DomainEvent<typeof invoiceReopened> {
    this.paidAmount -= amount;
    this.status = this.paidAmount === 0 ? 'open' : 'part_paid';
    this.paidOn = null;
    this.pdfFileId = null;
    this.pdfSha256 = null;
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

  private key(): Pick<Invoice, 'organizationId' | 'currency'> & { documentId: `inv_${string}` } {
    const { organizationId, id, currency } = this;
    return { organizationId, documentId: id, currency };
  }

  private figures(lines: readonly DocumentLine[]): z.input<typeof DocumentFigures> {
    return figuresOf(this, { dueOn: this.dueOn, servicePeriod: servicePeriodOf(lines) }, lines);
  }
}
InvoiceSchema.setClass(Invoice);
