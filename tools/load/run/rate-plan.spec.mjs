import { describe, expect, test } from '@jest/globals';
import { parseRamp, planTimes } from './rate-plan.mjs';

describe('a ramp', () => {
  test.each([
    ['50:200:50', [50, 100, 150, 200]],
    ['50:180:50', [50, 100, 150, 180]],
    ['100:100:10', [100]],
    ['0.1:0.3:0.1', [0.1, 0.2, 0.3]],
  ])('%s has the rates %j', (text, rates) => {
    const parsed = parseRamp(text);
    expect(parsed).toHaveLength(rates.length);
    for (const [index, rate] of rates.entries()) expect(parsed[index]).toBeCloseTo(rate, 9);
  });

  test.each(['50:200', '200:50:10', '0:10:1', '1:10:0', '1:2:3:4', 'a:b:c', '1:1000:1'])('%s is rejected', (text) => {
    expect(() => parseRamp(text)).toThrow(`--ramp ${text}`);
  });
});

describe('the planned times of a phase', () => {
  test('have the rate and end with the phase', () => {
    const timeOf = planTimes({ rate: 4, startAt: 1_000, ms: 1_000 });
    expect([0, 1, 2, 3, 4].map((index) => timeOf(index))).toEqual([1_000, 1_250, 1_500, 1_750, undefined]);
  });

  test.each([
    [100, 1_000, 100],
    [0.1, 30_000, 3],
    [0.5, 1_000, 1],
    [333, 1_000, 333],
  ])('at %d/s for %d ms are those of %d requests', (rate, ms, count) => {
    const timeOf = planTimes({ rate, startAt: 0, ms });
    expect([timeOf(count - 1) !== undefined, timeOf(count)]).toEqual([true, undefined]);
  });
});
