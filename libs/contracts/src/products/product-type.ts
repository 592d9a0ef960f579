import * as z from 'zod';
import { query } from '../contract.ts';
import { Currency, LocalDate, MoneyValue, Name } from '../values.ts';
import { ProductTypeKey, Right } from './product-facts.ts';

export const Interval = z.enum(['monthly', 'yearly']).meta({ id: 'Interval', description: 'How long a period is' });
export type Interval = z.output<typeof Interval>;
export const VatClass = z.enum(['standard', 'reduced', 'special']).meta({ id: 'VatClass' });

/** A catalogue entry (PROD-1). */
export const ProductType = z
  .object({
    key: ProductTypeKey,
    name: Name,
    rights: z.array(Right).describe('The rights that can be given on a product of this type, or on all of them'),
    resourceKinds: z.array(z.string()),
    resourceRights: z.array(z.object({ kind: z.string(), rights: z.array(Right) })).describe('The rights that can be given on a single resource, by its kind'),
    vatClass: VatClass,
    isWarrantyAtOrder: z.boolean().describe('Whether renewal warranty can be chosen when ordering'),
    prices: z.array(z.object({ interval: Interval, price: MoneyValue.describe('Net') })),
  })
  .meta({ id: 'ProductType', description: 'A catalogue entry' });

const example = {
  key: 'web_hosting', name: 'Web hosting', rights: ['technical', 'statistics'], resourceKinds: ['site'], resourceRights: [{ kind: 'site', rights: ['technical', 'statistics'] }], vatClass: 'standard' as const, isWarrantyAtOrder: true,
  prices: [{ interval: 'yearly' as const, price: { amount: 10_800, currency: 'CHF' as const } }],
};

export const listProductTypes = query({
  subject: 'rpc.products.product_type.list.v1',
  http: { method: 'GET', path: '/v1/product-types' },
  access: 'public',
  summary: 'The catalogue, with net prices valid today',
  input: z.object({}),
  output: z.object({ data: z.array(ProductType) }),
  errors: {},
  example: { input: {}, output: { data: [example] } },
});

/** Prices for an order or a renewal, asked for by billing. */
export const quotePrices = query({
  subject: 'rpc.products.product_type.quote.v1',
  access: 'service',
  summary: 'Net prices, VAT classes and names on a date',
  input: z.object({ currency: Currency, on: LocalDate, lines: z.array(z.object({ type: ProductTypeKey, interval: Interval })).min(1).max(100) }),
  output: z.object({
    lines: z.array(z.object({ type: ProductTypeKey, interval: Interval, name: Name, vatClass: VatClass, isWarrantyAtOrder: z.boolean(), price: MoneyValue })),
  }),
  errors: {
    PRODUCT_TYPE_UNKNOWN: { status: 422, title: 'There is no such product type' },
    PRICE_MISSING: { status: 422, title: 'The product is not sold in this currency and interval' },
  },
  example: {
    input: { currency: 'CHF', on: '2026-01-31', lines: [{ type: 'web_hosting', interval: 'yearly' }] },
    output: { lines: [{ type: 'web_hosting', interval: 'yearly', name: 'Web hosting', vatClass: 'standard', isWarrantyAtOrder: true, price: { amount: 10_800, currency: 'CHF' } }] },
  },
});
