import { expect, it } from '@jest/globals';
import { nextTry } from './back-off.ts';

it.each([
  [0, '08:01'],
  [1, '08:05'],
  [2, '09:00'],
  [3, '14:00'],
  [4, '14:00'],
  [1_000, '14:00'],
])('after %i failures the next try is at %s', (failedBefore, time) => {
  expect(nextTry(new Date('2027-01-31T08:00:00.000Z'), failedBefore).toISOString()).toBe(`2027-01-31T${time}:00.000Z`);
});
