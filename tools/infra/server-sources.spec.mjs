import { expect, test } from '@jest/globals';
import { roadsFrom } from './server-sources.mjs';

test.each([
  [undefined, ['env', 'npm', 'download', 'path', 'docker']],
  ['path,npm', ['path', 'npm']],
  ['redis=none', []],
  ['npm, redis=docker+path', ['docker', 'path']],
  ['nats=none', ['env', 'npm', 'download', 'path', 'docker']],
  ['npm,nats=none', ['npm']],
])('CORDEE_SERVERS=%s leads to Redis by %j', (text, roads) => {
  expect(roadsFrom(text, 'redis')).toEqual(roads);
});

test('an unknown road is named', () => {
  expect(() => roadsFrom('npm,boat', 'redis')).toThrow('"boat"');
});
