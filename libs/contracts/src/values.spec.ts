import { describe, expect, it } from '@jest/globals';
import { ProductTypeKey } from './products/product-facts.ts';
import { Instant } from './values.ts';

describe('an instant', () => {
  it.each(['2026-01-31T09:00:00.000Z', '2026-01-31T09:00:00Z', '2028-02-29T23:59:59.9Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'])('may be %s', (instant) => {
    expect(Instant.parse(instant)).toBe(instant);
  });

  // PostgreSQL rounds the first one into the year 10000, and knows no year 0.
  it.each(['9999-12-31T23:59:59.9999999Z', '2026-01-31T09:00:00.0001Z', '0000-01-01T00:00:00Z', '2026-02-29T09:00:00Z', '2026-01-31T09:00:00+01:00', '+12026-01-31T09:00:00Z'])('is not %s', (instant) => {
    expect(Instant.safeParse(instant).success).toBe(false);
  });
});

describe('the key of a product type', () => {
  it.each([['web_hosting', true], ['prdx_storage', true], ['prd_storage', false], ['res_center', false], ['Drive', false]])('%s: %s', (key, isGood) => {
    expect(ProductTypeKey.safeParse(key).success).toBe(isGood);
  });
});
