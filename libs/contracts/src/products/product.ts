import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Instant, LocalDate, Name, page, pageErrors, pageInput, text } from '../values.ts';
import { ProductTypeKey } from './product-snapshot.ts';
import { Interval } from './product-type.ts';

const organizationId = idSchema('org');
const productId = idSchema('prd');
const orderId = idSchema('ord');
const ids = {
  organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg',
  productId: 'prd_01je5nryg0fgz9y05x3mqpmjrg',
  orderId: 'ord_01je5nryg0fgz9y05x3mqpmjrg',
};

export const Resource = z
  .object({
    id: idSchema('res'),
    kind: z.string(),
    name: Name,
    parentId: idSchema('res').nullable().describe('The parent resource'),
    ownerAccountId: idSchema('acc').nullable(),
    formerOwnerAccountId: idSchema('acc')
      .nullable()
      .optional()
      .describe('The owner who left the organization; for managers only'),
  })
  .meta({ id: 'Resource', description: 'A part of a product on which rights can be granted' });

export const Product = z
  .object({
    id: productId,
    type: ProductTypeKey,
    name: Name,
    status: z.enum(['active', 'blocked', 'maintenance']),
    blockReasons: z
      .array(z.string())
      .describe('Reasons of the current blocks, oldest first; empty for callers who are not managers'),
    createdAt: Instant,
  })
  .meta({ id: 'Product', description: 'One instance of a product type, owned by one organization' });

const example = {
  id: ids.productId,
  type: 'web_hosting',
  name: 'alpine.example',
  status: 'active' as const,
  blockReasons: [],
  createdAt: '2026-01-31T09:00:00.000Z',
};
const notFoundErrors = { PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' } } as const;

export const listProducts = query({
  subject: 'rpc.products.product.list.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/products' },
  access: 'product:read',
  summary: 'List the visible products, oldest first',
  description: 'Managers see all products. Other people see the products on which they have a right.',
  input: z.object({
    organizationId,
    ...pageInput,
    // `unwrap` removes the default of `pageInput`.
    limit: pageInput.limit.unwrap().default(200).describe('Rows per page, at most 200, which is the default'),
  }),
  output: page(Product),
  errors: pageErrors,
  example: { input: { organizationId: ids.organizationId, limit: 200 }, output: { data: [example], nextCursor: null } },
});

export const getProduct = query({
  subject: 'rpc.products.product.get.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/products/:productId' },
  access: 'product:read',
  summary: 'Get a product with its resources',
  description:
    'Managers, and people with a right on the whole product, see all resources. Other people, and people whose ' +
    'rights a restriction narrows, see the resources that they own or have a right on.',
  input: z.object({ organizationId, productId }),
  output: Product.extend({ resources: z.array(Resource) }),
  errors: notFoundErrors,
  example: {
    input: { organizationId: ids.organizationId, productId: ids.productId },
    output: { ...example, resources: [] },
  },
});

export const addResource = command({
  subject: 'rpc.products.resource.add.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/products/:productId/resources', status: 201 },
  access: 'product:manage',
  summary: 'Add a resource (mail address, drive folder, site …) to a product',
  input: z.object({
    organizationId,
    productId,
    kind: text(40).min(1),
    name: Name,
    parentId: idSchema('res')
      .nullable()
      .default(null)
      .describe(
        'The parent resource, of the same product and kind, for instance the folder that contains the new folder',
      ),
    ownerAccountId: idSchema('acc')
      .nullable()
      .default(null)
      .describe('The owner; only the owner of a mailbox decides who reads the mailbox'),
  }),
  output: Resource,
  errors: {
    ...notFoundErrors,
    RESOURCE_KIND_UNKNOWN: { status: 422, title: 'Products of this type have no resources of this kind' },
    RESOURCE_NAME_TAKEN: {
      status: 409,
      title: 'A resource of this kind with the same parent and name exists; case is ignored',
    },
    RESOURCE_NOT_FOUND: { status: 404, title: 'The product has no such resource' },
    RESOURCE_NESTING_TOO_DEEP: { status: 422, title: 'Resources can be nested at most twenty levels deep' },
    RESOURCE_NAME_INVALID: { status: 422, title: 'The name of a mail address must be the address' },
    PERSON_UNKNOWN: { status: 422, title: 'This person does not belong to the organization' },
  },
  example: {
    input: { organizationId: ids.organizationId, productId: ids.productId, kind: 'site', name: 'www.alpine.example' },
    output: {
      id: 'res_01je5nryg0fgz9y05x3mqpmjrg',
      kind: 'site',
      name: 'www.alpine.example',
      parentId: null,
      ownerAccountId: null,
    },
  },
});

export const blockProduct = command({
  subject: 'rpc.products.product.block.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/products/:productId/block' },
  access: 'product:manage',
  summary: 'Block a product for everybody but managers',
  description:
    'A mail service gets the status maintenance, in which mail still arrives. A repeated block for the same reason ' +
    'changes nothing.',
  input: z.object({ organizationId, productId, reason: text(255).min(1) }),
  output: Product,
  errors: notFoundErrors,
  example: {
    input: { organizationId: ids.organizationId, productId: ids.productId, reason: 'stolen password' },
    output: { ...example, status: 'blocked', blockReasons: ['stolen password'] },
  },
});

export const unblockProduct = command({
  subject: 'rpc.products.product.unblock.v1',
  http: { method: 'POST', path: '/v1/organizations/:organizationId/products/:productId/unblock' },
  access: 'product:manage',
  summary: 'Lift the blocks that this organization set; blocks that services set stay',
  input: z.object({
    organizationId,
    productId,
    reason: text(255)
      .min(1)
      .optional()
      .describe('Lift only the block with this reason; by default, all blocks that the organization set'),
  }),
  output: Product,
  errors: notFoundErrors,
  example: { input: { organizationId: ids.organizationId, productId: ids.productId }, output: example },
});

/** Services that store content, for example search, use the output. */
export const describeResource = query({
  subject: 'rpc.products.resource.describe.v1',
  access: 'service',
  callers: ['search'],
  summary: 'Get a resource with its product and its owner',
  input: z.object({ organizationId, resourceId: idSchema('res') }),
  output: z.object({
    resourceId: idSchema('res'),
    productId,
    kind: z.string(),
    name: Name,
    ownerAccountId: idSchema('acc').nullable(),
  }),
  errors: { RESOURCE_NOT_FOUND: { status: 404, title: 'There is no such resource' } },
  example: {
    input: { organizationId: ids.organizationId, resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg' },
    output: {
      resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg',
      productId: ids.productId,
      kind: 'mail_address',
      name: 'anna@alpine.example',
      ownerAccountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
    },
  },
});

/** Services that mention the product in messages use the output. */
export const describeProduct = query({
  subject: 'rpc.products.product.describe.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Get a product with its status',
  input: z.object({ organizationId, productId }),
  output: Product.pick({ type: true, name: true, status: true }).extend({ productId }),
  errors: notFoundErrors,
  example: {
    input: { organizationId: ids.organizationId, productId: ids.productId },
    output: { productId: ids.productId, type: 'web_hosting', name: 'alpine.example', status: 'active' },
  },
});

/** Services that index a received product and its resources, for example search, use the output. */
export const listProductResources = query({
  subject: 'rpc.products.resource.list.v1',
  access: 'service',
  callers: ['search'],
  summary: 'List the resources of a product of the organization',
  input: z.object({ organizationId, productId }),
  output: z.object({ data: z.array(z.object({ resourceId: idSchema('res'), kind: z.string(), name: Name })) }),
  errors: notFoundErrors,
  example: {
    input: { organizationId: ids.organizationId, productId: ids.productId },
    output: { data: [{ resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg', kind: 'site', name: 'alpine.example' }] },
  },
});

export const productCreated = event({
  subject: 'evt.products.product.created.v1',
  summary: 'A product was created because its order was paid',
  entity: 'productId',
  data: z.object({
    organizationId,
    productId,
    orderId,
    type: ProductTypeKey,
    name: Name,
    interval: Interval,
    periodStart: LocalDate,
    currency: z.string(),
    isAutomaticRenewal: z.boolean(),
    isWarranted: z.boolean(),
  }),
  invalidatesAccess: 'products',
  example: {
    ...ids,
    type: 'web_hosting',
    name: 'alpine.example',
    interval: 'yearly',
    periodStart: '2026-01-31',
    currency: 'CHF',
    isAutomaticRenewal: true,
    isWarranted: false,
  },
});

export const productBlocked = event({
  subject: 'evt.products.product.blocked.v1',
  summary: 'A product was blocked',
  entity: 'productId',
  data: z.object({ organizationId, productId, reason: z.string() }),
  invalidatesAccess: 'products',
  example: { organizationId: ids.organizationId, productId: ids.productId, reason: 'stolen password' },
});

export const productUnblocked = event({
  subject: 'evt.products.product.unblocked.v1',
  summary: 'A block of a product was lifted',
  entity: 'productId',
  data: z.object({ organizationId, productId, reason: z.string() }),
  invalidatesAccess: 'products',
  example: { organizationId: ids.organizationId, productId: ids.productId, reason: 'stolen password' },
});

export const resourceAdded = event({
  subject: 'evt.products.resource.added.v1',
  summary: 'A resource was added to a product',
  entity: 'resourceId',
  data: z.object({
    organizationId,
    productId,
    resourceId: idSchema('res'),
    kind: z.string(),
    ownerAccountId: idSchema('acc').nullable(),
  }),
  invalidatesAccess: 'products',
  example: {
    organizationId: ids.organizationId,
    productId: ids.productId,
    resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg',
    kind: 'folder',
    ownerAccountId: null,
  },
});

export const resourceOwnerRetained = event({
  subject: 'evt.products.resource.owner_retained.v1',
  summary: 'A retained user owns a resource of the received product again',
  entity: 'resourceId',
  data: z.object({ organizationId, productId, resourceId: idSchema('res'), ownerAccountId: idSchema('acc') }),
  invalidatesAccess: 'products',
  example: {
    organizationId: ids.organizationId,
    productId: ids.productId,
    resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg',
    ownerAccountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  },
});

export const resourceOwnerCleared = event({
  subject: 'evt.products.resource.owner_cleared.v1',
  summary: 'A resource has no owner any more, because the owner left the organization',
  entity: 'resourceId',
  data: z.object({ organizationId, productId, resourceId: idSchema('res'), formerOwnerAccountId: idSchema('acc') }),
  invalidatesAccess: 'products',
  example: {
    organizationId: ids.organizationId,
    productId: ids.productId,
    resourceId: 'res_01je5nryg0fgz9y05x3mqpmjrg',
    formerOwnerAccountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  },
});
