import * as z from 'zod';
import { command, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ifMatch } from '../if-match.ts';
import { Country, Email, Locale, page, pageErrors, pageInput, printableText, text } from '../values.ts';

const organizationId = idSchema('org');
const exampleIds = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', addressId: 'adr_01je5nryg0fgz9y05x3mqpmjrg' };

/** A structured postal address with the field lengths of the Swiss QR-bill. */
export const PostalAddress = z
  .object({
    name: printableText(70).min(1),
    street: printableText(70),
    buildingNumber: printableText(16).nullable(),
    postalCode: printableText(16).min(1),
    town: printableText(35).min(1),
    country: Country,
  })
  .meta({ id: 'PostalAddress' });
export type PostalAddress = z.output<typeof PostalAddress>;

/** The details of the buyer that documents contain besides the postal address. */
export const BuyerDetails = z.object({
  vatNumber: text(30).nullable(),
  buyerReference: printableText(100)
    .nullable()
    .describe('Reference that the buyer wants on documents, for example a department'),
  purchaseOrder: printableText(100).nullable().describe('Number of the purchase order of the buyer'),
  peppolId: z
    .string()
    .regex(/^\d{4}:[\w.:-]{1,50}$/, { error: 'must be a scheme of four digits, a colon and an identifier' })
    .nullable()
    .describe('Participant identifier of the buyer in Peppol, for example `0183:CHE123456788`'),
});

const mailboxes = z.array(Email).max(10).describe('Mail addresses that get the documents. They need no account');
export const DocumentDelivery = z.enum(['mail_with_pdf', 'mail_with_link']).meta({
  id: 'DocumentDelivery',
  description:
    'How the mailboxes get a document. `mail_with_pdf`: attached to the mail. `mail_with_link`: the mail contains a ' +
    'link, which requires a sign-in',
});

const language = Locale.nullable().describe('Language of documents; null for the language of the organization');

const isPlaceConfirmed = z
  .boolean()
  .describe(
    'True when the buyer has confirmed that they are in the country of the address. A change of the country or of ' +
      'the postal code ends the confirmation',
  );

export const BillingAddress = PostalAddress.extend({
  id: idSchema('adr'),
  ...BuyerDetails.shape,
  language,
  mailboxes,
  delivery: DocumentDelivery,
  isPlaceConfirmed,
  isDefault: z.boolean(),
  version: z.int().describe('Increases with each change'),
}).meta({ id: 'BillingAddress' });

const exampleAddress = {
  name: 'Alpine Rescue',
  street: 'Rue du Rhône',
  buildingNumber: '12',
  postalCode: '1204',
  town: 'Genève',
  country: 'CH',
};
const example = {
  ...exampleAddress,
  id: exampleIds.addressId,
  vatNumber: null,
  buyerReference: 'Base Geneva',
  purchaseOrder: null,
  peppolId: null,
  language: 'fr' as const,
  mailboxes: ['accounts@alpine.example'],
  delivery: 'mail_with_pdf' as const,
  isPlaceConfirmed: false,
  isDefault: true,
  version: 1,
};
/** Errors of operations that decide about the VAT of a billing address. */
export const vatErrors = {
  NO_VAT_REGISTRATION: {
    status: 422,
    title: 'The seller does not sell to consumers in the territory of the billing address',
  },
  VAT_PLACE_UNCONFIRMED: {
    status: 409,
    title: 'Please confirm the country of the billing address: set isPlaceConfirmed of the address',
  },
} as const;
const vatNumberErrors = { VAT_NUMBER_INVALID: { status: 422, title: 'The VAT number is invalid' } } as const;
const notFoundErrors = { ADDRESS_NOT_FOUND: { status: 404, title: 'There is no such billing address' } } as const;

export const addAddress = command({
  subject: 'rpc.billing.address.add.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/addresses', status: 201 },
  access: 'payment:make',
  // ADDR-1
  summary: 'Add a billing address; the first address becomes the default',
  input: PostalAddress.extend({
    organizationId,
    buildingNumber: printableText(16).nullable().default(null),
    vatNumber: BuyerDetails.shape.vatNumber.default(null),
    buyerReference: BuyerDetails.shape.buyerReference.default(null),
    purchaseOrder: BuyerDetails.shape.purchaseOrder.default(null),
    peppolId: BuyerDetails.shape.peppolId.default(null),
    language: language.default(null),
    mailboxes: mailboxes.default([]),
    delivery: DocumentDelivery.default('mail_with_pdf'),
    isPlaceConfirmed: isPlaceConfirmed.default(false),
    isDefault: z.boolean().default(false),
  }),
  output: BillingAddress,
  errors: {
    ...vatNumberErrors,
    ADDRESS_LIMIT: { status: 409, title: 'There is the maximum number of addresses: remove one first' },
  },
  example: {
    input: {
      ...exampleAddress,
      organizationId: exampleIds.organizationId,
      buyerReference: 'Base Geneva',
      language: 'fr',
      mailboxes: ['accounts@alpine.example'],
    },
    output: example,
  },
});

export const changeAddress = command({
  subject: 'rpc.billing.address.change.v1',
  http: { method: 'PATCH', path: '/v1/organizations/:organizationId/addresses/:addressId' },
  access: 'payment:make',
  summary: 'Change a billing address, or make it the default; omitted fields do not change',
  description:
    'A change affects only documents that are issued later. The response has an ETag; If-Match rejects the change ' +
    'when the address was changed meanwhile.',
  input: PostalAddress.partial().extend({
    organizationId,
    addressId: idSchema('adr'),
    vatNumber: BuyerDetails.shape.vatNumber.optional(),
    buyerReference: BuyerDetails.shape.buyerReference.optional(),
    purchaseOrder: BuyerDetails.shape.purchaseOrder.optional(),
    peppolId: BuyerDetails.shape.peppolId.optional(),
    language: language.optional(),
    mailboxes: mailboxes.optional(),
    delivery: DocumentDelivery.optional(),
    isPlaceConfirmed: isPlaceConfirmed.optional(),
    isDefault: z
      .literal(true)
      .optional()
      .describe('Makes this address the default. To change the default, choose another address'),
    ifMatch,
  }),
  output: BillingAddress,
  errors: { ...notFoundErrors, ...vatNumberErrors },
  example: {
    input: { ...exampleIds, purchaseOrder: 'PO 4711' },
    output: { ...example, purchaseOrder: 'PO 4711', version: 2 },
  },
});

export const removeAddress = command({
  subject: 'rpc.billing.address.remove.v1',
  http: { method: 'DELETE', path: '/v1/organizations/:organizationId/addresses/:addressId', status: 204 },
  access: 'payment:make',
  summary: 'Remove a billing address; issued documents keep their copy',
  description: 'Products with this address get the default address.',
  input: z.object({ organizationId, addressId: idSchema('adr'), ifMatch }),
  output: z.object({}),
  errors: {
    ...notFoundErrors,
    ADDRESS_IS_DEFAULT: { status: 409, title: 'The default address can be removed only when it is the last one' },
  },
  example: { input: exampleIds, output: {} },
});

export const listAddresses = query({
  subject: 'rpc.billing.address.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/addresses' },
  access: 'address:read',
  summary: 'List billing addresses, oldest first',
  input: z.object({ organizationId, ...pageInput }),
  output: page(BillingAddress),
  errors: pageErrors,
  example: { input: { organizationId: exampleIds.organizationId }, output: { data: [example], nextCursor: null } },
});
