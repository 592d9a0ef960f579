import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startAtRate } from './constant-rate.mjs';

test('calls are planned at the rate, and do not wait for each other', async () => {
  let runningCount = 0;
  let maxRunningCount = 0;
  const calls = startAtRate(100, async (index, plannedAt) => {
    maxRunningCount = Math.max(maxRunningCount, (runningCount += 1));
    await sleep(100);
    runningCount -= 1;
    return { index, plannedAt };
  });
  await sleep(200);
  const results = await calls.stop();
  expect(results.map(({ index }) => index)).toEqual(results.map((_, index) => index));
  expect(results[10].plannedAt - results[0].plannedAt).toBeCloseTo(100);
  expect(maxRunningCount).toBeGreaterThan(1);
  const count = results.length;
  await sleep(50);
  expect(await calls.stop()).toHaveLength(count);
});
