import { type Document } from '@cordee/contracts/billing/document';
import { proFormaIssued } from '@cordee/contracts/billing/document-events';
import { prepaidReservationChanged } from '@cordee/contracts/billing/prepaid-reservation';
import { toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import type { BuyerCopy } from '../addresses/address.entity.ts';
import type { SellerCopy } from '../seller/seller.ts';
import type { VatDecision } from '../vat/vat-decision.ts';
import { figuresOf } from './document-figures.ts';
import type { DocumentLine } from './document-line.ts';
import type { DocumentLanguage } from './pdf/document-content.ts';
import { rowOfNewDocument, viewDocument } from './stored-document.ts';

/** The columns that all documents have; a credit note has no reference. Amounts are in minor units. */
export const documentProperties = {
  organizationId: idColumn('org').primary(),
  number: p.string(),
  issuedOn: p.date(),
  currency: p.string().$type<Currency>(),
  net: p.bigint('number'),
  vat: p.bigint('number'),
  total: p.bigint('number'),
  reference: p.string(),
  language: p.string().$type<DocumentLanguage>(),
  isReverseCharge: p.boolean(),
  vatDecision: p.json<VatDecision>().nullable(),
  seller: p.json<SellerCopy>(),
  buyer: p.json<BuyerCopy>(),
  addressId: idColumn('adr').nullable(),
  createdAt: p.datetime(),
};

export const ProFormaSchema = defineEntity({
  name: 'ProForma',
  tableName: 'pro_forma',
  properties: {
    ...documentProperties,
    id: idColumn('pfm').primary(),
    status: p.string().$type<'issued' | 'converted' | 'cancelled'>(),
    orderId: idColumn('ord').nullable(),
    validUntil: p.date(),
    invoiceId: idColumn('inv').nullable(),
    reservationId: idColumn('bkg').nullable(),
    reservedAmount: p.bigint('number'),
  },
});

/** A payable offer without legal, fiscal or accounting value. It becomes an invoice when it is paid in full (DOC-4). */
export class ProForma extends ProFormaSchema.class {
  /**
   * Returns the status on a date. For a payment, pass the value date: a transfer made before the expiry still pays the
   * pro forma.
   */
  statusOn(date: string): 'issued' | 'converted' | 'cancelled' | 'expired' {
    return statusOn(this, date);
  }

  /** The total without the reserved prepaid money. */
  openAmount(): number {
    return openAmountOf(this);
  }

  /** States the reserved prepaid money and the open amount. */
  reservationChangedEvent(): DomainEvent<typeof prepaidReservationChanged> {
    const { organizationId, id, currency, reservedAmount } = this;
    return domainEvent(prepaidReservationChanged, {
      organizationId,
      documentId: id,
      currency,
      reserved: { amount: reservedAmount, currency },
      open: { amount: this.openAmount(), currency },
    });
  }

  cancel(): void {
    if (this.status === 'issued') this.status = 'cancelled';
  }

  /** Returns the pro forma as the API shows it on the day of issue, when it cannot be expired. */
  view(lines: readonly DocumentLine[]): z.output<typeof Document> {
    return viewDocument(
      {
        ...rowOfNewDocument(this),
        kind: 'pro_forma',
        status: this.status,
        due_on: this.validUntil,
        open_amount: this.status === 'issued' ? String(this.openAmount()) : '0',
        reserved_amount: String(this.reservedAmount),
        reference: this.reference,
        order_id: this.orderId ? toUuid(this.orderId) : null,
        invoice_id: this.invoiceId ? toUuid(this.invoiceId) : null,
      },
      lines,
    );
  }

  issuedEvent(lines: readonly DocumentLine[]): DomainEvent<typeof proFormaIssued> {
    const { organizationId, id, currency, orderId, validUntil } = this;
    return domainEvent(proFormaIssued, {
      organizationId,
      documentId: id,
      currency,
      orderId: orderId ?? null,
      validUntil,
      // The service of an order starts at the payment; the event has no period for renewals either.
      figures: figuresOf(this, { dueOn: validUntil, servicePeriod: null }, lines),
    });
  }
}
ProFormaSchema.setClass(ProForma);

/** Like `ProForma.openAmount`, also for a pro forma that is no entity. */
export const openAmountOf = ({ total, reservedAmount }: Pick<ProForma, 'total' | 'reservedAmount'>): number =>
  total - reservedAmount;

/** Like `ProForma.statusOn`, also for a pro forma that is no entity. */
export const statusOn = (
  { status, validUntil }: Pick<ProForma, 'status' | 'validUntil'>,
  date: string,
): ReturnType<ProForma['statusOn']> => (status === 'issued' && date > validUntil ? 'expired' : status);
