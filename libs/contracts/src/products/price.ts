import * as z from 'zod';
import { ActorId } from '../cloud-event.ts';
import { command, event, query } from '../contract.ts';
import { Currency, Instant, LocalDate, MoneyValue, page, pageErrors, pageInput } from '../values.ts';
import { ProductTypeKey } from './product-snapshot.ts';
import { Interval } from './product-type.ts';

const type = ProductTypeKey;
const validFrom = LocalDate.describe('First valid day, in the time zone of the seller');

/** A version of a price, valid until the next version of its interval and currency starts (PROD-1). */
export const PriceVersion = z
  .object({
    interval: Interval,
    price: MoneyValue.describe('Net'),
    validFrom,
    validUntil: LocalDate.nullable().describe('First day of the next version; null without a next version'),
    setBy: ActorId,
    setAt: Instant,
  })
  .meta({ id: 'PriceVersion', description: 'A price with its validity' });

const example = {
  interval: 'yearly' as const,
  price: { amount: 10_800, currency: 'CHF' as const },
  validFrom: '2026-01-31',
  validUntil: null,
  setBy: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  setAt: '2026-01-15T09:00:00.000Z',
};
const exampleKey = {
  type: 'web_hosting',
  currency: 'CHF' as const,
  interval: 'yearly' as const,
  validFrom: '2026-01-31',
};
const notFoundErrors = { PRODUCT_TYPE_NOT_FOUND: { status: 404, title: 'There is no such product type' } } as const;
const priceStartedErrors = {
  PRICE_STARTED: { status: 409, title: 'A price that has started cannot be changed or withdrawn' },
} as const;

export const listPrices = query({
  subject: 'rpc.products.price.list.v1',
  http: { method: 'GET', path: '/v1/staff/product-types/:type/prices' },
  access: 'staff',
  summary: 'List all prices of a product type with author and time, by currency and interval, oldest first',
  description: 'The list contains past, current and future prices.',
  input: z.object({ type, ...pageInput }),
  output: page(PriceVersion),
  errors: { ...notFoundErrors, ...pageErrors },
  example: { input: { type: 'web_hosting' }, output: { data: [example], nextCursor: null } },
});

export const setPrice = command({
  subject: 'rpc.products.price.set.v1',
  http: { method: 'POST', path: '/v1/staff/product-types/:type/prices' },
  access: 'staff',
  summary: 'Set the price of a product type from a day on',
  description:
    'The previous version ends when the new version starts. A future version of the same day is replaced. A version ' +
    'that has started cannot be changed. Setting the same price again changes nothing.',
  input: z.object({
    type,
    currency: Currency,
    interval: Interval,
    amount: z.int().min(0).max(1_000_000_000).describe('Net, in integer minor units'),
    validFrom: validFrom.describe('First valid day, in the time zone of the seller; today at the earliest'),
  }),
  output: PriceVersion,
  errors: {
    ...notFoundErrors,
    ...priceStartedErrors,
    PRICE_VALID_FROM_PAST: { status: 422, title: 'A price cannot start in the past' },
  },
  example: { input: { ...exampleKey, amount: 10_800 }, output: example },
});

export const withdrawPrice = command({
  subject: 'rpc.products.price.withdraw.v1',
  http: { method: 'DELETE', path: '/v1/staff/product-types/:type/prices/:currency/:interval/:validFrom', status: 204 },
  access: 'staff',
  summary: 'Withdraw a price that has not started; the previous price stays valid',
  input: z.object({ type, currency: Currency, interval: Interval, validFrom }),
  output: z.object({}),
  errors: {
    ...notFoundErrors,
    ...priceStartedErrors,
    PRICE_NOT_FOUND: { status: 404, title: 'No price starts on this day' },
  },
  example: { input: exampleKey, output: {} },
});

const priceEventData = { type, interval: Interval, price: MoneyValue, validFrom: LocalDate };
const exampleData = {
  type: 'web_hosting',
  interval: example.interval,
  price: example.price,
  validFrom: example.validFrom,
};

export const priceSet = event({
  subject: 'evt.products.price.set.v1',
  summary: 'A price was set from a day on',
  entity: 'type',
  data: z.object({
    ...priceEventData,
    replaced: MoneyValue.nullable().describe(
      'The replaced price, which was set for the same day; null when no price was set for this day',
    ),
  }),
  example: { ...exampleData, replaced: null },
});

export const priceWithdrawn = event({
  subject: 'evt.products.price.withdrawn.v1',
  summary: 'A price that had not started was withdrawn',
  entity: 'type',
  data: z.object(priceEventData),
  example: exampleData,
});
