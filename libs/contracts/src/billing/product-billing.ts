import * as z from 'zod';
import { command, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { ifMatch } from '../if-match.ts';
import { printableText } from '../values.ts';

const organizationId = idSchema('org');
const productId = idSchema('prd');
const addressId = idSchema('adr');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg' };

export const CostCentre = printableText(70).describe('Cost centre of the customer for a product; documents contain it');

const fields = {
  addressId: addressId.nullable().describe('Billing address of the product; null for the default address'),
  costCentre: CostCentre.nullable(),
};

export const ProductBilling = z
  .object({ productId, ...fields, version: z.int().describe('Increases with each change; 0 before the first change') })
  .meta({ id: 'ProductBilling', description: 'Billing address and cost centre of a product' });

const example = {
  productId: ids.productId,
  addressId: 'adr_01je5nryg0fgz9y05x3mqpmjrg',
  costCentre: '4200 Web',
  version: 1,
};
const notFoundErrors = { PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' } } as const;

export const getProductBilling = query({
  subject: 'rpc.billing.product_billing.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/products/:productId/billing' },
  access: 'address:read',
  // ADDR-1
  summary: 'Get the billing address and the cost centre of a product',
  input: z.object({ organizationId, productId }),
  output: ProductBilling,
  errors: notFoundErrors,
  example: { input: ids, output: example },
});

export const changeProductBilling = command({
  subject: 'rpc.billing.product_billing.change.v1',
  http: { method: 'PATCH', path: '/v1/organizations/:organizationId/products/:productId/billing' },
  access: 'payment:make',
  summary: 'Change the billing address or the cost centre of a product; omitted fields do not change',
  description:
    'A change affects only documents that are issued later. The response has an ETag; If-Match rejects the change ' +
    'when the settings were changed meanwhile. A product that leaves the organization loses both.',
  input: z.object({
    organizationId,
    productId,
    addressId: fields.addressId.optional(),
    costCentre: fields.costCentre.optional(),
    ifMatch,
  }),
  output: ProductBilling,
  errors: {
    ...notFoundErrors,
    ADDRESS_NOT_FOUND: { status: 404, title: 'There is no such billing address' },
  },
  example: { input: { ...ids, costCentre: '4200 Web' }, output: example },
});

/** The renewals service calls this query to group products by address and to list renewals with their address. */
export const listProductBilling = query({
  subject: 'rpc.billing.product_billing.list.v1',
  access: 'service',
  callers: ['renewals'],
  summary: 'Get the billing addresses and cost centres of products',
  input: z.object({ organizationId, productIds: z.array(productId).max(1_000) }),
  output: z.object({
    defaultAddressId: addressId.nullable().describe('Null when the organization has no billing address'),
    data: z.array(z.object({ productId, ...fields })).describe('Only products that have an address or a cost centre'),
  }),
  errors: {},
  example: {
    input: { organizationId: ids.organizationId, productIds: [ids.productId] },
    output: {
      defaultAddressId: 'adr_01je5nryg0fgz9y05x3mqpmjrg',
      data: [{ productId: ids.productId, addressId: example.addressId, costCentre: example.costCentre }],
    },
  },
});
