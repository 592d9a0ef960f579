import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { Currency, LocalDate, MoneyValue, Name } from '../values.ts';
import { ProductTypeKey, Right } from './product-snapshot.ts';

export const Interval = z.enum(['monthly', 'yearly']).meta({ id: 'Interval', description: 'How long a period is' });
export type Interval = z.output<typeof Interval>;
export const VatClass = z.enum(['standard', 'reduced', 'special']).meta({ id: 'VatClass' });

const isSet = (names: readonly string[]): boolean => new Set(names).size === names.length;
const rightList = z.array(Right).max(100).refine(isSet, 'must name each right once');
const ResourceKind = z
  .string()
  .regex(/^[a-z][a-z_]{1,40}$/)
  .meta({ description: 'Kind of resource', examples: ['mail_address'] });

const kindRights = {
  kind: ResourceKind,
  rights: z.array(Right),
  defaultRights: z
    .array(Right)
    .describe('Which of them the owner of a new resource has from the start; the others are switched on one by one'),
};

/** A catalogue entry (PROD-1). */
export const ProductType = z
  .object({
    key: ProductTypeKey,
    name: Name,
    rights: z.array(Right).describe('The rights that can be given on a product of this type, or on all of them'),
    resourceKinds: z.array(z.string()),
    resourceRights: z
      .array(z.object(kindRights))
      .describe('The rights that can be given on a single resource, by its kind'),
    vatClass: VatClass,
    isWarrantyAtOrder: z.boolean().describe('Whether renewal warranty can be chosen when ordering'),
    prices: z.array(z.object({ interval: Interval, price: MoneyValue.describe('Net') })),
  })
  .meta({ id: 'ProductType', description: 'A catalogue entry' });

const example = {
  key: 'web_hosting',
  name: 'Web hosting',
  rights: ['technical', 'statistics'],
  resourceKinds: ['site'],
  resourceRights: [{ kind: 'site', rights: ['technical', 'statistics'], defaultRights: [] }],
  vatClass: 'standard' as const,
  isWarrantyAtOrder: true,
  prices: [{ interval: 'yearly' as const, price: { amount: 10_800, currency: 'CHF' as const } }],
};

export const listProductTypes = query({
  subject: 'rpc.products.product_type.list.v1',
  http: { method: 'GET', path: '/v1/product-types' },
  access: 'public',
  summary: 'What is sold today, with the net prices of today',
  input: z.object({}),
  output: z.object({ data: z.array(ProductType) }),
  errors: {},
  example: { input: {}, output: { data: [example] } },
});

/** What a product of a type is while a block stands (PROD-4). */
export const BlockedStatus = z.enum(['blocked', 'maintenance']).meta({
  id: 'BlockedStatus',
  description: 'What a blocked product of the type is: in maintenance mail still arrives',
});

/** A catalogue entry with what only the provider and its services need to know. */
export const CatalogueEntry = ProductType.extend({
  productRights: z
    .array(Right)
    .describe(
      'Those of the rights that are given on products; the rights of the resource kinds can be given on products as well',
    ),
  blockedStatus: BlockedStatus,
  firstResourceKind: ResourceKind.nullable().describe('Every new product begins with one resource of this kind'),
  isRetired: z.boolean().describe('No longer sold; the products of the type go on'),
  retiredKinds: z
    .array(z.object(kindRights))
    .describe('No new resources of these kinds; those that are there go on, and their rights can be given'),
  retiredRights: z
    .array(z.object({ kind: ResourceKind.nullable(), right: Right }))
    .describe('No longer given; grants that stand go on. Without a kind: on products'),
  version: z.int().describe('For If-Match'),
}).meta({ id: 'CatalogueEntry', description: 'A catalogue entry, as the provider sees it' });

const entry = {
  ...example,
  productRights: ['technical', 'statistics'],
  blockedStatus: 'blocked' as const,
  firstResourceKind: 'site',
  isRetired: false,
  retiredKinds: [],
  retiredRights: [],
  version: 1,
};
const key = ProductTypeKey;
const ifMatch = z.int().optional().describe('From the If-Match header: the version that was seen');
const notFound = { PRODUCT_TYPE_NOT_FOUND: { status: 404, title: 'There is no such product type' } } as const;
const mismatch = { VERSION_MISMATCH: { status: 412, title: 'The product type was changed meanwhile' } } as const;
const inconsistent = {
  FIRST_RESOURCE_KIND_UNKNOWN: { status: 422, title: 'The first resource must be of a kind that the type has' },
  DEFAULT_RIGHT_UNKNOWN: { status: 422, title: 'What a new resource begins with must be rights of its kind' },
} as const;

export const getCatalogue = query({
  subject: 'rpc.products.product_type.get_catalogue.v1',
  access: 'service',
  summary: 'The whole catalogue, retired types too, for services that keep a copy',
  input: z.object({}),
  output: z.object({ data: z.array(CatalogueEntry) }),
  errors: {},
  example: { input: {}, output: { data: [entry] } },
});

export const getTypeRights = query({
  subject: 'rpc.products.product_type.get_rights.v1',
  access: 'service',
  isForAccess: true,
  summary: 'The rights of every product type, for access checks',
  input: z.object({}),
  output: z.object({
    data: z.array(
      z.object({
        type: ProductTypeKey,
        rights: z
          .array(Right)
          .describe('Of the products and of every kind of resource in them; retired ones too, grants of them go on'),
      }),
    ),
  }),
  errors: {},
  example: { input: {}, output: { data: [{ type: 'web_hosting', rights: ['statistics', 'technical'] }] } },
});

export const listProductTypesAsStaff = query({
  subject: 'rpc.products.product_type.list_as_staff.v1',
  http: { method: 'GET', path: '/v1/staff/product-types' },
  access: 'staff',
  summary: 'The whole catalogue, retired types too',
  input: z.object({}),
  output: z.object({ data: z.array(CatalogueEntry) }),
  errors: {},
  example: { input: {}, output: { data: [entry] } },
});

export const getProductTypeAsStaff = query({
  subject: 'rpc.products.product_type.get_as_staff.v1',
  http: { method: 'GET', path: '/v1/staff/product-types/:key' },
  access: 'staff',
  summary: 'A product type; its ETag is for If-Match',
  input: z.object({ key }),
  output: CatalogueEntry,
  errors: notFound,
  example: { input: { key: 'web_hosting' }, output: entry },
});

const resourceRights = z
  .array(
    z.object({
      kind: ResourceKind,
      rights: rightList.default([]),
      defaultRights: rightList.default([]).describe(kindRights.defaultRights.description!),
    }),
  )
  .max(50)
  .refine((kinds) => isSet(kinds.map(({ kind }) => kind)), 'must name each kind once');
const amount = z.int().min(0).describe('Net, in integer minor units');
const validFrom = LocalDate.describe(
  'The first day on which it is valid, in the zone of the seller; today at the earliest',
);

export const createProductType = command({
  subject: 'rpc.products.product_type.create.v1',
  http: { method: 'POST', path: '/v1/staff/product-types', status: 201 },
  access: 'staff',
  summary: 'Add a product type to the catalogue, with its rights, resource kinds and prices',
  description: 'It is sold from the first day on which a price is valid.',
  input: z.object({
    key,
    name: Name,
    vatClass: VatClass.default('standard'),
    productRights: rightList.default([]),
    resourceRights: resourceRights.default([]),
    firstResourceKind: ResourceKind.nullable().default(null),
    blockedStatus: BlockedStatus.default('blocked'),
    isWarrantyAtOrder: z.boolean().default(true),
    prices: z
      .array(z.object({ currency: Currency, interval: Interval, amount, validFrom }))
      .max(100)
      .refine(
        (prices) => isSet(prices.map(({ currency, interval, validFrom: from }) => `${currency} ${interval} ${from}`)),
        'must name each version once',
      )
      .default([]),
  }),
  output: CatalogueEntry,
  errors: {
    ...inconsistent,
    PRODUCT_TYPE_KEY_TAKEN: { status: 409, title: 'There is a product type of this key' },
    PRICE_VALID_FROM_PAST: { status: 422, title: 'A price is valid from today on at the earliest' },
  },
  example: {
    input: {
      key: 'web_hosting',
      name: 'Web hosting',
      productRights: ['technical', 'statistics'],
      resourceRights: [{ kind: 'site', rights: ['technical', 'statistics'] }],
      firstResourceKind: 'site',
      prices: [{ currency: 'CHF', interval: 'yearly', amount: 10_800, validFrom: '2026-01-31' }],
    },
    output: entry,
  },
});

export const changeProductType = command({
  subject: 'rpc.products.product_type.change.v1',
  http: { method: 'PATCH', path: '/v1/staff/product-types/:key' },
  access: 'staff',
  summary: 'Change a product type, its rights and resource kinds',
  description:
    'The lists are what can be had from now on. A right that is left out is retired: nobody is given it any more, and what was given stays and is explained as before. A resource kind that is left out is retired: no new resources of it, and those that are there go on. What is listed again comes back. The answer carries an ETag; If-Match refuses a change of something that has changed meanwhile.',
  input: z.object({
    key,
    name: Name.optional(),
    vatClass: VatClass.optional(),
    isWarrantyAtOrder: z.boolean().optional(),
    blockedStatus: BlockedStatus.optional(),
    firstResourceKind: ResourceKind.nullable().optional().describe('Null: new products begin empty'),
    productRights: rightList.optional(),
    resourceRights: resourceRights.optional(),
    ifMatch,
  }),
  output: CatalogueEntry,
  errors: { ...notFound, ...mismatch, ...inconsistent },
  example: { input: { key: 'web_hosting', name: 'Hosting' }, output: { ...entry, name: 'Hosting', version: 2 } },
});

export const retireProductType = command({
  subject: 'rpc.products.product_type.retire.v1',
  http: { method: 'POST', path: '/v1/staff/product-types/:key/retire' },
  access: 'staff',
  summary: 'Sell a product type no longer; its products go on and renew',
  input: z.object({ key, ifMatch }),
  output: CatalogueEntry,
  errors: { ...notFound, ...mismatch },
  example: { input: { key: 'web_hosting' }, output: { ...entry, isRetired: true, version: 2 } },
});

export const reinstateProductType = command({
  subject: 'rpc.products.product_type.reinstate.v1',
  http: { method: 'POST', path: '/v1/staff/product-types/:key/reinstate' },
  access: 'staff',
  summary: 'Sell a retired product type again',
  input: z.object({ key, ifMatch }),
  output: CatalogueEntry,
  errors: { ...notFound, ...mismatch },
  example: { input: { key: 'web_hosting' }, output: { ...entry, version: 3 } },
});

/** Prices for an order or a renewal, asked for by billing. */
export const quotePrices = query({
  subject: 'rpc.products.product_type.quote.v1',
  access: 'service',
  summary: 'Net prices, VAT classes and names on a date',
  input: z.object({
    currency: Currency,
    on: LocalDate,
    for: z.enum(['order', 'renewal']).default('order').describe('Retired types are renewed, not ordered'),
    lines: z
      .array(z.object({ type: ProductTypeKey, interval: Interval }))
      .min(1)
      .max(100),
  }),
  output: z.object({
    lines: z.array(
      z.object({
        type: ProductTypeKey,
        interval: Interval,
        name: Name,
        vatClass: VatClass,
        isWarrantyAtOrder: z.boolean(),
        price: MoneyValue,
      }),
    ),
  }),
  errors: {
    PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
    PRODUCT_TYPE_RETIRED: { status: 422, title: 'The product is no longer sold' },
    PRICE_MISSING: { status: 422, title: 'The product is not sold in this currency and interval' },
  },
  example: {
    input: { currency: 'CHF', on: '2026-01-31', lines: [{ type: 'web_hosting', interval: 'yearly' }] },
    output: {
      lines: [
        {
          type: 'web_hosting',
          interval: 'yearly',
          name: 'Web hosting',
          vatClass: 'standard',
          isWarrantyAtOrder: true,
          price: { amount: 10_800, currency: 'CHF' },
        },
      ],
    },
  },
});

/** What the facts about a type carry of it: keys and values. */
const TypeValues = z.object({
  name: Name,
  vatClass: VatClass,
  isWarrantyAtOrder: z.boolean(),
  blockedStatus: BlockedStatus,
  firstResourceKind: ResourceKind.nullable(),
  productRights: z.array(Right),
  resourceRights: z.array(z.object(kindRights)),
});
export type TypeValues = z.output<typeof TypeValues>;
const values = {
  name: entry.name,
  vatClass: entry.vatClass,
  isWarrantyAtOrder: true,
  blockedStatus: entry.blockedStatus,
  firstResourceKind: 'site',
  productRights: entry.productRights,
  resourceRights: example.resourceRights,
};

export const productTypeCreated = event({
  subject: 'evt.products.product_type.created.v1',
  summary: 'The catalogue has one more product type',
  entity: 'type',
  data: z.object({ type: ProductTypeKey, values: TypeValues }),
  example: { type: 'web_hosting', values },
});

export const productTypeChanged = event({
  subject: 'evt.products.product_type.changed.v1',
  summary: 'A product type, its rights or its resource kinds changed',
  entity: 'type',
  data: z.object({ type: ProductTypeKey, before: TypeValues, after: TypeValues }),
  example: { type: 'web_hosting', before: values, after: { ...values, name: 'Hosting' } },
});

export const productTypeRetired = event({
  subject: 'evt.products.product_type.retired.v1',
  summary: 'A product type is no longer sold; its products go on',
  entity: 'type',
  data: z.object({ type: ProductTypeKey }),
  example: { type: 'web_hosting' },
});

export const productTypeReinstated = event({
  subject: 'evt.products.product_type.reinstated.v1',
  summary: 'A retired product type is sold again',
  entity: 'type',
  data: z.object({ type: ProductTypeKey }),
  example: { type: 'web_hosting' },
});
