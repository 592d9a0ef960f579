import { describe, expect, test } from '@jest/globals';
import { startAtPlannedTimes } from './planned-times.mjs';

describe('calls at planned times', () => {
  test('start in order, never too early, and end when no time follows', async () => {
    const startAt = performance.now();
    // The gaps are shorter and longer than the waits of a timer.
    const times = [0, 0.05, 0.1, 3, 20, 20, 45].map((ms) => startAt + ms);
    const started = [];
    const count = await startAtPlannedTimes(
      (index) => times[index],
      (index, plannedAt) => started.push({ index, plannedAt, isEarly: performance.now() < plannedAt }),
    );
    expect(count).toBe(times.length);
    expect(started).toEqual(times.map((plannedAt, index) => ({ index, plannedAt, isEarly: false })));
  });

  test('that are late start at once', async () => {
    const startAt = performance.now() - 1_000;
    const plannedTimes = [];
    await startAtPlannedTimes(
      (index) => (index < 1_000 ? startAt + index : undefined),
      (_, plannedAt) => plannedTimes.push(plannedAt - startAt),
    );
    expect(plannedTimes).toEqual(Array.from({ length: 1_000 }, (_, index) => expect.closeTo(index, 5)));
  });

  test('fail when a call fails to start', async () => {
    const start = () => {
      throw new Error('no data');
    };
    await expect(startAtPlannedTimes(() => 0, start)).rejects.toThrow('no data');
  });
});
