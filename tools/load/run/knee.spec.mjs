import { describe, expect, test } from '@jest/globals';
import { findKnee, reasonNotSustained } from './knee.mjs';

/** A server that answers up to `capacity` requests/s. Its latency is high from this rate on. */
const server = (capacity, rates = []) => ({
  rates,
  runPhase: async (rate) => {
    rates.push(rate);
    return { rate, goodput: Math.min(rate, capacity), latency: { ok: { p99: rate < capacity ? 10 : 5_000 } } };
  },
});

describe('the search for the knee', () => {
  test.each([
    [20, 333],
    [20, 20_000],
    [500, 33],
  ])('from %d/s finds a capacity of %d/s within 10 %%', async (firstRate, capacity) => {
    const { rates, runPhase } = server(capacity);
    const { sustained, exceeded } = await findKnee({ firstRate, maxP99: 500, runPhase });
    expect(sustained).toBeLessThan(capacity);
    expect(exceeded).toBeGreaterThanOrEqual(capacity);
    expect((exceeded - sustained) / exceeded).toBeLessThan(0.1);
    expect(rates.length).toBeLessThanOrEqual(20);
  });

  test('has no sustained rate when every answer is an error', async () => {
    const { rates, runPhase } = server(0);
    expect((await findKnee({ firstRate: 20, maxP99: 500, runPhase })).sustained).toBeUndefined();
    expect(rates.length).toBeLessThan(10);
  });

  test('ends at the maximum rate', async () => {
    const { rates, runPhase } = server(1e9);
    expect(await findKnee({ firstRate: 20, maxP99: 500, maxRate: 100, runPhase })).toEqual({ sustained: 100 });
    expect(rates.at(-1)).toBe(100);
  });
});

test.each([
  [{ rate: 100, goodput: 94, latency: { ok: { p99: 1 } } }, 'goodput is below 95 % of the rate'],
  [{ rate: 100, goodput: 99, latency: { ok: { p99: 501 } } }, 'p99 is above 500 ms'],
  [{ rate: 100, goodput: 96, latency: { ok: { p99: 499 } } }, undefined],
])('the reason why the phase %j is not sustained is %s', (result, reason) => {
  expect(reasonNotSustained(result, 500)).toBe(reason);
});
