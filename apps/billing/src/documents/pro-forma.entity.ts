import { proFormaIssued } from '@cordee/contracts/billing/document';
import type { Currency } from '@cordee/contracts/values';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { BuyerCopy } from '../addresses/address.entity.ts';
import type { SellerCopy } from '../seller/seller.ts';
import type { DocumentLanguage } from './pdf/document-content.ts';

/** Columns that a pro forma and an invoice have alike. */
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
  seller: p.json<SellerCopy>(),
  buyer: p.json<BuyerCopy>(),
  createdAt: p.datetime(),
};

export const ProFormaSchema = defineEntity({
  name: 'ProForma',
  tableName: 'pro_forma',
  properties: {
    ...documentProperties,
    id: idColumn('pfm').primary(),
    status: p.string().$type<'issued' | 'converted' | 'cancelled'>(),
    orderId: idColumn('ord'),
    validUntil: p.date(),
    invoiceId: idColumn('inv').nullable(),
  },
});

/** An offer to be paid: no legal, fiscal or accounting value, own series, becomes an invoice when paid in full (DOC-4). */
export class ProForma extends ProFormaSchema.class {
  /** How it stands on a date. A payment counts by its value date, so one that was under way when it expired still pays it. */
  standing(on: string): 'issued' | 'converted' | 'cancelled' | 'expired' {
    return this.status === 'issued' && on > this.validUntil ? 'expired' : this.status;
  }

  cancel(): void {
    if (this.status === 'issued') this.status = 'cancelled';
  }

  convert(invoiceId: `inv_${string}`): void {
    this.status = 'converted';
    this.invoiceId = invoiceId;
  }

  issued(): DomainEvent<typeof proFormaIssued> {
    const { organizationId, id, currency, orderId, validUntil } = this;
    return domainEvent(proFormaIssued, { organizationId, documentId: id, currency, orderId, validUntil });
  }
}
ProFormaSchema.setClass(ProForma);
