import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startAtRate } from './constant-rate.mjs';

test('calls are planned at the rate, and do not wait for each other', async () => {
  let running = 0;
  let mostRunning = 0;
  const calls = startAtRate(100, async (index, plannedAt) => {
    mostRunning = Math.max(mostRunning, (running += 1));
    await sleep(100);
    running -= 1;
    return { index, plannedAt };
  });
  await sleep(200);
  const results = await calls.stop();
  expect(results.map(({ index }) => index)).toEqual(results.map((_, index) => index));
  expect(results[10].plannedAt - results[0].plannedAt).toBeCloseTo(100);
  expect(mostRunning).toBeGreaterThan(1);
  const count = results.length;
  await sleep(50);
  expect(await calls.stop()).toHaveLength(count);
});
