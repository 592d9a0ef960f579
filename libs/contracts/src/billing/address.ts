import * as z from 'zod';
import { command, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Country, page, pageErrors, pageInput, text } from '../values.ts';

const organizationId = idSchema('org');
const exampleIds = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', addressId: 'adr_01je5nryg0fgz9y05x3mqpmjrg' };

/** A structured postal address with the field lengths of the Swiss QR-bill. */
export const PostalAddress = z
  .object({
    name: text(70).min(1),
    street: text(70),
    buildingNumber: text(16).nullable(),
    postalCode: text(16).min(1),
    town: text(35).min(1),
    country: Country,
  })
  .meta({ id: 'PostalAddress' });
export type PostalAddress = z.output<typeof PostalAddress>;

export const BillingAddress = PostalAddress.extend({
  id: idSchema('adr'),
  vatNumber: z.string().nullable(),
  isDefault: z.boolean(),
}).meta({ id: 'BillingAddress' });

const exampleAddress = {
  name: 'Alpine Rescue',
  street: 'Rue du Rhône',
  buildingNumber: '12',
  postalCode: '1204',
  town: 'Genève',
  country: 'CH',
};
const example = { ...exampleAddress, id: exampleIds.addressId, vatNumber: null, isDefault: true };

export const addAddress = command({
  subject: 'rpc.billing.address.add.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/addresses', status: 201 },
  access: 'payment:make',
  // ADDR-1
  summary: 'Add a billing address; the first address becomes the default',
  input: PostalAddress.extend({
    organizationId,
    buildingNumber: text(16).nullable().default(null),
    vatNumber: text(30).nullable().default(null),
    isDefault: z.boolean().default(false),
  }),
  output: BillingAddress,
  errors: { VAT_NUMBER_INVALID: { status: 422, title: 'The VAT number is invalid' } },
  example: { input: { ...exampleAddress, organizationId: exampleIds.organizationId }, output: example },
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
