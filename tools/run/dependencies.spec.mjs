import { expect, test } from '@jest/globals';
import { isInstalled, withoutOwnBinaries } from './dependencies.mjs';
import { cloneRoot } from '../infra/profile.mjs';

const locked = {
  '': { name: 'cordee' },
  'libs/money': { version: '0.1.0' },
  'node_modules/@cordee/money': { resolved: 'libs/money', link: true },
  'node_modules/zod': { version: '4.6.7' },
  'node_modules/other-platform': { version: '1.0.0', optional: true },
};
const installed = (changes = {}) => {
  const { '': _root, 'node_modules/other-platform': _optional, ...packages } = locked;
  return { ...packages, ...changes };
};

test.each([
  ['the locked packages', installed(), true],
  ['no packages', undefined, false],
  ['another version', installed({ 'node_modules/zod': { version: '4.6.6' } }), false],
  ['an additional package', installed({ 'node_modules/left-pad': { version: '1.3.0' } }), false],
  ['a missing package', { 'node_modules/zod': { version: '4.6.7' } }, false],
])('isInstalled compares the lock file with %s', (_, installedPackages, expected) => {
  expect(isInstalled(locked, installedPackages)).toBe(expected);
});

test('withoutOwnBinaries removes the Node in node_modules from PATH', () => {
  expect(withoutOwnBinaries({ PATH: `${cloneRoot}/node_modules/.bin:/usr/bin` })).toEqual({ PATH: '/usr/bin' });
});
