import { invoicePaid, invoiceReopened } from '@cordee/contracts/billing/document';
import type { Interval } from '@cordee/contracts/products/product-type';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { documentProperties } from './pro-forma.entity.ts';

type InvoiceStatus = 'open' | 'part_paid' | 'paid' | 'partly_refunded' | 'refunded' | 'credited' | 'written_off';
type ProductIds = `prd_${string}`[];

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

  /** Adds a payment. Returns the event when the invoice is paid in full. */
  pay(
    amount: number,
    valueDate: string,
    method: 'bank_transfer' | 'prepaid',
    productIds: ProductIds,
  ): DomainEvent<typeof invoicePaid> | undefined {
    this.paidAmount += amount;
    this.status = this.paidAmount === this.total ? 'paid' : 'part_paid';
    if (this.status !== 'paid') return undefined;
    this.paidOn = valueDate;
    const { organizationId, id, currency } = this;
    return domainEvent(invoicePaid, {
      organizationId,
      documentId: id,
      currency,
      paidOn: valueDate,
      method,
      productIds,
    });
  }

  /** Removes a payment that the bank reversed (C-BNK-14), and the stored PDF, which states that the invoice is paid. */
  reopen(amount: number, interval: Interval | null, productIds: ProductIds): DomainEvent<typeof invoiceReopened> {
    this.paidAmount -= amount;
    this.status = this.paidAmount === 0 ? 'open' : 'part_paid';
    this.paidOn = null;
    this.pdfFileId = null;
    this.pdfSha256 = null;
    const { organizationId, id, currency, dueOn, heldUntil } = this;
    return domainEvent(invoiceReopened, {
      organizationId,
      documentId: id,
      currency,
      open: { amount: this.openAmount(), currency },
      dueOn,
      heldUntil: heldUntil ?? null,
      interval,
      productIds,
    });
  }
}
InvoiceSchema.setClass(Invoice);
