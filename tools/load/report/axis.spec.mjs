import { describe, expect, test } from '@jest/globals';
import { exactAxis, formatTick, linearAxis, logAxis } from './axis.mjs';

describe('a linear axis', () => {
  test.each([
    [97, [0, 20, 40, 60, 80, 100]],
    [100, [0, 20, 40, 60, 80, 100]],
    [101, [0, 50, 100, 150]],
    [0.35, [0, 0.1, 0.2, 0.3, 0.4]],
    [0, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [7_300, [0, 2_000, 4_000, 6_000, 8_000]],
  ])('up to %d has the ticks %j', (max, ticks) => {
    const axis = linearAxis(max);
    expect(axis.ticks).toEqual(ticks);
    expect(axis.position(axis.max)).toBe(1);
    expect(axis.position(axis.max / 2)).toBeCloseTo(0.5);
  });
});

describe('a logarithmic axis', () => {
  test.each([
    [3, 450, [1, 10, 100, 1_000]],
    [1, 100, [1, 10, 100]],
    [5, 5, [1, 10]],
    [0.2, 9, [0.1, 1, 10]],
  ])('from %d to %d has the ticks %j', (min, max, ticks) => {
    const axis = logAxis(min, max);
    expect(axis.ticks).toHaveLength(ticks.length);
    for (const [index, tick] of ticks.entries()) expect(axis.ticks[index]).toBeCloseTo(tick, 9);
    expect([axis.position(axis.min), axis.position(axis.max), axis.position(0)]).toEqual([0, 1, 0]);
  });
});

test('an exact axis ends at its maximum', () => {
  const axis = exactAxis(33);
  expect([axis.max, axis.position(33), axis.ticks]).toEqual([33, 1, [0, 5, 10, 15, 20, 25, 30]]);
});

test.each([
  [1_500, '1,500'],
  [0.25, '0.25'],
])('the tick %d is shown as %s', (value, text) => {
  expect(formatTick(value)).toBe(text);
});
