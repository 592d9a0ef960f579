import { expect, it } from '@jest/globals';
import { retryTime } from './retry-time.ts';

it.each([
  [0, '08:01'],
  [1, '08:05'],
  [2, '09:00'],
  [3, '14:00'],
  [4, '14:00'],
  [1_000, '14:00'],
])('a step that fails at 08:00 after %i earlier failures is retried at %s', (failuresBefore, time) => {
  expect(retryTime(new Date('2027-01-31T08:00:00.000Z'), failuresBefore).toISOString()).toBe(
    `2027-01-31T${time}:00.000Z`,
  );
});
