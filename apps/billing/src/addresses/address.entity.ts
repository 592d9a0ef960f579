import type { BillingAddress, DocumentDelivery } from '@cordee/contracts/billing/address';
import type { Locale } from '@cordee/contracts/values';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import type * as z from 'zod';

type AddressView = z.output<typeof BillingAddress>;

/** The fields of an address that a document copies. Old documents lack the optional fields. */
export type BuyerCopy = Pick<
  AddressView,
  'name' | 'street' | 'buildingNumber' | 'postalCode' | 'town' | 'country' | 'vatNumber'
> &
  Partial<Pick<AddressView, 'buyerReference' | 'purchaseOrder' | 'peppolId' | 'mailboxes' | 'delivery' | 'language'>>;

export const AddressSchema = defineEntity({
  name: 'Address',
  tableName: 'address',
  properties: {
    organizationId: idColumn('org').primary(),
    id: idColumn('adr').primary(),
    name: p.string(),
    street: p.string(),
    buildingNumber: p.string().nullable(),
    postalCode: p.string(),
    town: p.string(),
    country: p.string(),
    vatNumber: p.string().nullable(),
    buyerReference: p.string().nullable(),
    purchaseOrder: p.string().nullable(),
    peppolId: p.string().nullable(),
    language: p.string().$type<Locale>().nullable(),
    mailboxes: p.json<string[]>(),
    delivery: p.string().$type<z.output<typeof DocumentDelivery>>(),
    isPlaceConfirmed: p.boolean(),
    isDefault: p.boolean(),
    version: p.integer(),
    createdAt: p.datetime(),
  },
});

/** A billing address. A document contains a copy of it, so changes affect only later documents (ADDR-1). */
export class Address extends AddressSchema.class {
  copy(): BuyerCopy {
    const { name, street, postalCode, town, country } = this;
    return {
      name,
      street,
      buildingNumber: this.buildingNumber ?? null,
      postalCode,
      town,
      country,
      vatNumber: this.vatNumber ?? null,
      buyerReference: this.buyerReference ?? null,
      purchaseOrder: this.purchaseOrder ?? null,
      peppolId: this.peppolId ?? null,
      mailboxes: this.mailboxes,
      delivery: this.delivery,
      language: this.language ?? null,
    };
  }

  view(): AddressView {
    const { id, isPlaceConfirmed, isDefault, version } = this;
    return { ...completeBuyer(this.copy()), id, isPlaceConfirmed, isDefault, version };
  }
}
AddressSchema.setClass(Address);

/** Adds the fields that the copy in an old document lacks. */
export const completeBuyer = (buyer: BuyerCopy): Required<BuyerCopy> => ({
  buyerReference: null,
  purchaseOrder: null,
  peppolId: null,
  mailboxes: [],
  delivery: 'mail_with_pdf',
  language: null,
  ...buyer,
});
