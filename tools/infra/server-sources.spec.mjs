import { expect, test } from '@jest/globals';
import { serverSources } from './server-sources.mjs';

test.each([
  [undefined, ['env', 'npm', 'download', 'path', 'docker']],
  ['path,npm', ['path', 'npm']],
  ['redis=none', []],
  ['npm, redis=docker+path', ['docker', 'path']],
  ['nats=none', ['env', 'npm', 'download', 'path', 'docker']],
  ['npm,nats=none', ['npm']],
])('CORDEE_SERVERS=%s selects the sources %j for Redis', (text, sources) => {
  expect(serverSources(text, 'redis')).toEqual(sources);
});

test('serverSources rejects an unknown source', () => {
  expect(() => serverSources('npm,unknown', 'redis')).toThrow('"unknown"');
});
