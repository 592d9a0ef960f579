import { expect, test } from '@jest/globals';
import { AllowedHosts, OwnHosts } from './own-hosts.ts';

const hosts = new OwnHosts('https://api.alpine.example/v1', AllowedHosts.parse(' Pages.alpine.example, '));

test.each([
  ['localhost', true],
  ['LOCALHOST:3000', true],
  ['127.0.0.1:3025', true],
  ['[::1]:3025', true],
  ['192.0.2.7', true],
  ['cordee.localhost:3000', true],
  ['api.alpine.example', true],
  ['pages.alpine.example:443', true],
  ['evil.example', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['127.0.0.1@evil.example', false],
  ['[::1].evil.example', false],
  ['', false],
  [undefined, false],
])('OwnHosts includes %j: %s', (host, isOwn) => {
  expect(hosts.includes(host)).toBe(isOwn);
});
