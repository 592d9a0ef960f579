import { invoiceReopened } from '@cordee/contracts/billing/document-events';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { intervalOf, productIdsOf, type DocumentLine } from './document-line.ts';
import {
  figuresOfInvoice,
  isOpen,
  keyOf,
  openAmountOf,
  payInvoice,
  shortfallView,
  statusOf,
  vatOfShortfalls,
  type InvoiceStatus,
  type PaymentMethod,
} from './invoice-payment.ts';
import { taxPlaceOf, type TaxPlace } from '../vat/tax-shares.ts';
import { documentProperties } from './pro-forma.entity.ts';

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
  /** The place in which the VAT of the invoice is declared. */
  get taxPlace(): TaxPlace {
    return taxPlaceOf(this.vatDecision, this.issuedOn);
  }

  isOpen(): boolean {
    return isOpen(this);
  }

  /** The amount that the customer owes: the balance of the invoice on the ledger account `receivable`. */
  openAmount(): number {
    return openAmountOf(this);
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

  /** Adds a payment, and returns the event of the payment. See `payInvoice`. */
  pay(
    amount: number,
    valueDate: string,
    method: PaymentMethod,
    lines: readonly DocumentLine[],
  ): ReturnType<typeof payInvoice> {
    return payInvoice(this, { amount, paidOn: valueDate, method }, lines);
  }

  /**
   * Removes a payment that was reversed or charged back, and the stored PDF, which states that the
   * invoice is paid. The invoice is due on `dueOn` at the earliest, and never earlier than before. `shortfall` is the
   * part of the amount that was never received.
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
    const shortfallVat =
      vatOfShortfalls(this, this.shortfallAmount) - vatOfShortfalls(this, this.shortfallAmount - shortfall);
    this.paidAmount -= amount;
    this.shortfallAmount -= shortfall;
    if (newDueOn > this.dueOn) this.dueOn = newDueOn;
    this.paidOn = null;
    this.pdfFileId = null;
    this.pdfSha256 = null;
    this.updateStatus();
    const { currency, dueOn, heldUntil } = this;
    return domainEvent(invoiceReopened, {
      ...keyOf(this),
      open: { amount: this.openAmount(), currency },
      dueOn,
      heldUntil: heldUntil ?? null,
      interval: intervalOf(lines),
      productIds: productIdsOf(lines),
      amount: { amount, currency },
      shortfall: shortfallView(currency, shortfall, shortfallVat),
      reversedOn,
      figures: figuresOfInvoice(this, lines),
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

  /** Writes off the open amount, and returns this amount. */
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
}
InvoiceSchema.setClass(Invoice);
