import { expect, test } from '@jest/globals';
import { isAtLeast, versionIn } from './versions.mjs';

test.each([
  ['postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', [15, 18]],
  ['nats-server: v2.10.27', [2, 10, 27]],
  ['Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', [8, 1, 1]],
  ['no version', undefined],
])('versionIn finds the version in "%s"', (text, version) => {
  expect(versionIn(text)).toEqual(version);
});

test.each([
  ['2.10.23', '2.10.23', true],
  ['2.10.9', '2.10.23', false],
  ['2.9.10', '2.10', false],
  ['2.11', '2.10.23', true],
  ['15.18', '15', true],
  ['14.9', '15', false],
])('isAtLeast compares version %s with the minimum %s', (version, minimum, answer) => {
  expect(isAtLeast(versionIn(version), minimum)).toBe(answer);
});
