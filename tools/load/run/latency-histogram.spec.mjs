import { describe, expect, test } from '@jest/globals';
import { quantile } from '../../measurement/statistics.mjs';
import { randomFrom } from '../../measurement/random.mjs';
import { LatencyHistogram } from './latency-histogram.mjs';

describe('the latency histogram', () => {
  test('is within 1 % of the exact quantiles', () => {
    const random = randomFrom(7);
    // From 0.1 ms to 100 s, with equal weight for each order of magnitude.
    const values = Array.from({ length: 50_000 }, () => 0.1 * 10 ** (random.next() * 6));
    const histogram = new LatencyHistogram();
    for (const value of values) histogram.record(value);
    for (const share of [0.01, 0.5, 0.9, 0.99, 0.999]) {
      const exact = quantile(values, share);
      expect(Math.abs(histogram.quantile(share) - exact) / exact).toBeLessThan(0.01);
    }
    expect(histogram.max).toBe(Math.max(...values));
    expect(histogram.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
  });

  test('returns its only value as every quantile', () => {
    const histogram = new LatencyHistogram();
    histogram.record(12.345);
    for (const share of [0, 0.5, 1]) expect(histogram.quantile(share)).toBeCloseTo(12.3, 1);
    expect(histogram.max).toBe(12.345);
  });

  test('returns every value up to 36 minutes with an error of less than 1 %', () => {
    for (let microseconds = 1; microseconds < 2 ** 31; microseconds = Math.ceil(microseconds * 1.37)) {
      const histogram = new LatencyHistogram();
      histogram.record(microseconds / 1_000);
      // A quantile is at most the maximum. This larger value raises the maximum, so that the test sees the value of the
      // bucket.
      histogram.record(2 ** 32);
      expect(Math.abs(histogram.quantile(0.5) * 1_000 - microseconds) / microseconds).toBeLessThan(0.01);
    }
  });

  test('adds another histogram', () => {
    const [one, other] = [new LatencyHistogram(), new LatencyHistogram()];
    one.record(1);
    other.record(100);
    one.add(other);
    expect(one.summary()).toMatchObject({ count: 2, max: 100, mean: 50.5 });
    one.reset();
    expect(one.summary()).toEqual({ count: 0 });
  });
});
