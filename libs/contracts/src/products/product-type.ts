import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { ifMatch } from '../if-match.ts';
import { Currency, LocalDate, MoneyValue, Name, page, pageErrors, pageInput, type Locale } from '../values.ts';
import { ProductTypeKey, Right } from './product-snapshot.ts';

export const Interval = z.enum(['monthly', 'yearly']).meta({ id: 'Interval', description: 'Length of a period' });
export type Interval = z.output<typeof Interval>;
export const VatClass = z.enum(['standard', 'reduced', 'special', 'out_of_scope']).meta({
  id: 'VatClass',
  description:
    'VAT class of a product. `out_of_scope`: no supply in the sense of VAT, for example a deposit, a multi-purpose ' +
    'voucher or a fee that is collected for an authority; it is invoiced apart from other products',
});
export type VatClass = z.output<typeof VatClass>;

const hasNoDuplicates = (names: readonly string[]): boolean => new Set(names).size === names.length;
const rightList = z.array(Right).max(100).refine(hasNoDuplicates, 'must not contain the same right twice');
const ResourceKind = z
  .string()
  .regex(/^[a-z][a-z_]{1,40}$/)
  .meta({ description: 'Kind of resource', examples: ['mail_address'] });

const kindRights = {
  kind: ResourceKind,
  rights: z.array(Right),
  defaultRights: z
    .array(Right)
    .describe('Rights that the owner of a new resource has from the start; other rights are granted separately'),
};

/** A catalogue entry (PROD-1). */
export const ProductType = z
  .object({
    key: ProductTypeKey,
    name: Name,
    rights: z
      .array(Right)
      .describe('All rights that can be granted on products of this type, on their resources, or on the type'),
    resourceKinds: z.array(z.string()),
    resourceRights: z
      .array(z.object(kindRights))
      .describe('The rights that can be granted on single resources, by kind'),
    vatClass: VatClass,
    canOrderWarranty: z.boolean().describe('True when the renewal warranty can be chosen in the order'),
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
  canOrderWarranty: true,
  prices: [{ interval: 'yearly' as const, price: { amount: 10_800, currency: 'CHF' as const } }],
};

export const listProductTypes = query({
  subject: 'rpc.products.product_type.list.v1',
  http: { method: 'GET', path: '/v1/product-types' },
  access: 'public',
  summary: 'List the product types that are sold today, with current net prices',
  description: 'The names are in the language of the request.',
  input: z.object({}),
  output: z.object({ data: z.array(ProductType) }),
  hasLocalizedOutput: true,
  errors: {},
  example: { input: {}, output: { data: [example] } },
});

/** The status of a blocked product (PROD-4). */
export const BlockedStatus = z.enum(['blocked', 'maintenance']).meta({
  id: 'BlockedStatus',
  description: 'Status of a blocked product; in maintenance, mail still arrives',
});

/**
 * The names of a product type in the languages besides English. Events and replies of earlier versions contain no
 * translated names.
 */
const TranslatedNames = z
  .object({ de: Name.optional(), fr: Name.optional(), it: Name.optional(), es: Name.optional() })
  .meta({ id: 'TranslatedNames', description: 'Names by language; `name` replaces a missing name' });
export type TranslatedNames = z.output<typeof TranslatedNames>;

/** The name of a product type in a language; the English name when there is no translation. */
export const typeNameIn = (
  language: Locale,
  { name, translatedNames }: { name: string; translatedNames: TranslatedNames },
): string => (language === 'en' ? undefined : translatedNames[language]) ?? name;

/** A product type with the data that only the provider and its services see. */
export const CatalogueEntry = ProductType.extend({
  name: Name.describe('Name in English'),
  translatedNames: TranslatedNames.default({}),
  productRights: z
    .array(Right)
    .describe('The rights of products; the rights of the resource kinds can be granted on products as well'),
  blockedStatus: BlockedStatus,
  firstResourceKind: ResourceKind.nullable().describe('Kind of the first resource that every new product gets'),
  isRetired: z.boolean().describe('True when the type is no longer sold; existing products stay valid'),
  retiredKinds: z
    .array(z.object(kindRights))
    .describe('Kinds of which no resources can be added; existing resources stay, and rights on them can be granted'),
  retiredRights: z
    .array(z.object({ kind: ResourceKind.nullable(), right: Right }))
    .describe('Rights that can no longer be granted; existing grants stay valid. `kind` is null for product rights'),
  version: z.int().describe('Version for the If-Match header'),
}).meta({ id: 'CatalogueEntry', description: 'A catalogue entry with data for the provider' });

const exampleEntry = {
  ...example,
  translatedNames: { fr: 'Hébergement web', de: 'Webhosting' },
  productRights: ['technical', 'statistics'],
  blockedStatus: 'blocked' as const,
  firstResourceKind: 'site',
  isRetired: false,
  retiredKinds: [],
  retiredRights: [],
  version: 1,
};
const key = ProductTypeKey;
const notFoundErrors = { PRODUCT_TYPE_NOT_FOUND: { status: 404, title: 'There is no such product type' } } as const;
const consistencyErrors = {
  FIRST_RESOURCE_KIND_UNKNOWN: {
    status: 422,
    title: 'The kind of the first resource must be a kind of the product type',
  },
  DEFAULT_RIGHT_UNKNOWN: { status: 422, title: 'The default rights must be rights of the resource kind' },
} as const;

export const getCatalogue = query({
  subject: 'rpc.products.product_type.get_catalogue.v1',
  access: 'service',
  callers: ['teams'],
  summary: 'Get the whole catalogue with retired types, for services',
  input: z.object({}),
  output: z.object({ data: z.array(CatalogueEntry) }),
  errors: {},
  example: { input: {}, output: { data: [exampleEntry] } },
});

export const getTypeRights = query({
  subject: 'rpc.products.product_type.get_rights.v1',
  access: 'service',
  callers: 'every_service',
  isForAccess: true,
  summary: 'Get the rights of every product type, for access checks',
  input: z.object({}),
  output: z.object({
    data: z.array(
      z.object({
        type: ProductTypeKey,
        rights: z
          .array(Right)
          .describe(
            'Rights of products and of all resource kinds, also retired rights, because grants of retired rights ' +
              'stay valid',
          ),
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
  summary: 'List the catalogue with retired types',
  input: z.object(pageInput),
  output: page(CatalogueEntry),
  errors: pageErrors,
  example: { input: {}, output: { data: [exampleEntry], nextCursor: null } },
});

export const getProductTypeAsStaff = query({
  subject: 'rpc.products.product_type.get_as_staff.v1',
  http: { method: 'GET', path: '/v1/staff/product-types/:key' },
  access: 'staff',
  summary: 'Get a product type; the ETag is for If-Match',
  input: z.object({ key }),
  output: CatalogueEntry,
  errors: notFoundErrors,
  example: { input: { key: 'web_hosting' }, output: exampleEntry },
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
  .refine((kinds) => hasNoDuplicates(kinds.map(({ kind }) => kind)), 'must not contain the same kind twice');
const amount = z.int().min(0).describe('Net, in integer minor units');
const validFrom = LocalDate.describe('First valid day, in the time zone of the seller; today at the earliest');

export const createProductType = command({
  subject: 'rpc.products.product_type.create.v1',
  http: { method: 'POST', path: '/v1/staff/product-types', status: 201 },
  access: 'staff',
  summary: 'Add a product type to the catalogue, with its rights, resource kinds and prices',
  description: 'The type is sold from the first day on which a price is valid.',
  input: z.object({
    key,
    name: Name.describe('Name in English'),
    translatedNames: TranslatedNames.default({}),
    vatClass: VatClass.default('standard'),
    productRights: rightList.default([]),
    resourceRights: resourceRights.default([]),
    firstResourceKind: ResourceKind.nullable().default(null),
    blockedStatus: BlockedStatus.default('blocked'),
    canOrderWarranty: z.boolean().default(true),
    prices: z
      .array(z.object({ currency: Currency, interval: Interval, amount, validFrom }))
      .max(100)
      .refine(
        (prices) =>
          hasNoDuplicates(prices.map(({ currency, interval, validFrom: from }) => `${currency} ${interval} ${from}`)),
        'must not contain two prices with the same currency, interval and first day',
      )
      .default([]),
  }),
  output: CatalogueEntry,
  errors: {
    ...consistencyErrors,
    PRODUCT_TYPE_KEY_TAKEN: { status: 409, title: 'A product type with this key exists' },
    PRICE_VALID_FROM_PAST: { status: 422, title: 'A price cannot start in the past' },
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
    output: exampleEntry,
  },
});

export const changeProductType = command({
  subject: 'rpc.products.product_type.change.v1',
  http: { method: 'PATCH', path: '/v1/staff/product-types/:key' },
  access: 'staff',
  summary: 'Change a product type, its rights and resource kinds',
  description:
    'A list replaces the current list. A right that the new list omits is retired: it can no longer be granted, and ' +
    'existing grants stay valid. A resource kind that the new list omits is retired: no resources of this kind can ' +
    'be added, and existing resources stay. A right or a kind that is listed again is reinstated. The response has ' +
    'an ETag; If-Match rejects the change when the product type was changed meanwhile.',
  input: z.object({
    key,
    name: Name.optional().describe('Name in English; the names in other languages stay'),
    translatedNames: z
      .object({
        de: Name.nullable().optional(),
        fr: Name.nullable().optional(),
        it: Name.nullable().optional(),
        es: Name.nullable().optional(),
      })
      .optional()
      .describe('Names by language; null removes a name, and a missing language stays'),
    vatClass: VatClass.optional(),
    canOrderWarranty: z.boolean().optional(),
    blockedStatus: BlockedStatus.optional(),
    firstResourceKind: ResourceKind.nullable().optional().describe('Null: new products have no resource'),
    productRights: rightList.optional(),
    resourceRights: resourceRights.optional(),
    ifMatch,
  }),
  output: CatalogueEntry,
  errors: { ...notFoundErrors, ...consistencyErrors },
  example: { input: { key: 'web_hosting', name: 'Hosting' }, output: { ...exampleEntry, name: 'Hosting', version: 2 } },
});

export const retireProductType = command({
  subject: 'rpc.products.product_type.retire.v1',
  http: { method: 'POST', path: '/v1/staff/product-types/:key/retire' },
  access: 'staff',
  summary: 'Stop selling a product type; existing products stay and renew',
  input: z.object({ key, ifMatch }),
  output: CatalogueEntry,
  errors: notFoundErrors,
  example: { input: { key: 'web_hosting' }, output: { ...exampleEntry, isRetired: true, version: 2 } },
});

export const reinstateProductType = command({
  subject: 'rpc.products.product_type.reinstate.v1',
  http: { method: 'POST', path: '/v1/staff/product-types/:key/reinstate' },
  access: 'staff',
  summary: 'Sell a retired product type again',
  input: z.object({ key, ifMatch }),
  output: CatalogueEntry,
  errors: notFoundErrors,
  example: { input: { key: 'web_hosting' }, output: { ...exampleEntry, version: 3 } },
});

/** The service billing prices orders and renewals with the output; the service renewals lists the prices. */
export const quotePrices = query({
  subject: 'rpc.products.product_type.quote.v1',
  access: 'service',
  callers: ['billing', 'renewals'],
  summary: 'Get net prices, VAT classes and names on a date',
  input: z.object({
    currency: Currency,
    on: LocalDate,
    for: z.enum(['order', 'renewal']).default('order').describe('Retired types can be renewed, but not ordered'),
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
        name: Name.describe('Name in English'),
        translatedNames: TranslatedNames.default({}),
        vatClass: VatClass,
        canOrderWarranty: z.boolean(),
        price: MoneyValue,
      }),
    ),
  }),
  errors: {
    PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
    PRODUCT_TYPE_RETIRED: { status: 422, title: 'The product type is no longer sold' },
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
          translatedNames: { fr: 'Hébergement web', de: 'Webhosting' },
          vatClass: 'standard',
          canOrderWarranty: true,
          price: { amount: 10_800, currency: 'CHF' },
        },
      ],
    },
  },
});

/** The values of a product type in the events of the type. */
const TypeValues = z.object({
  name: Name,
  translatedNames: TranslatedNames.default({}),
  vatClass: VatClass,
  canOrderWarranty: z.boolean(),
  blockedStatus: BlockedStatus,
  firstResourceKind: ResourceKind.nullable(),
  productRights: z.array(Right),
  resourceRights: z.array(z.object(kindRights)),
});
export type TypeValues = z.output<typeof TypeValues>;
const exampleValues = {
  name: exampleEntry.name,
  translatedNames: exampleEntry.translatedNames,
  vatClass: exampleEntry.vatClass,
  canOrderWarranty: true,
  blockedStatus: exampleEntry.blockedStatus,
  firstResourceKind: 'site',
  productRights: exampleEntry.productRights,
  resourceRights: example.resourceRights,
};

export const productTypeCreated = event({
  subject: 'evt.products.product_type.created.v1',
  summary: 'A product type was added to the catalogue',
  entity: 'type',
  data: z.object({ type: ProductTypeKey, values: TypeValues }),
  example: { type: 'web_hosting', values: exampleValues },
});

export const productTypeChanged = event({
  subject: 'evt.products.product_type.changed.v1',
  summary: 'A product type, its rights or its resource kinds changed',
  entity: 'type',
  data: z.object({ type: ProductTypeKey, before: TypeValues, after: TypeValues }),
  example: { type: 'web_hosting', before: exampleValues, after: { ...exampleValues, name: 'Hosting' } },
});

export const productTypeRetired = event({
  subject: 'evt.products.product_type.retired.v1',
  summary: 'A product type is no longer sold; existing products stay',
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
