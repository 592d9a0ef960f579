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
const installed = ({ ...changes } = {}) => {
  const { '': _root, 'node_modules/other-platform': _optional, ...rest } = locked;
  return { ...rest, ...changes };
};

test.each([
  ['exactly what is locked', installed(), true],
  ['nothing', undefined, false],
  ['another version', installed({ 'node_modules/zod': { version: '4.6.6' } }), false],
  ['one more', installed({ 'node_modules/left-pad': { version: '1.3.0' } }), false],
  ['one less', { 'node_modules/zod': { version: '4.6.7' } }, false],
])('with %s installed', (_, found, answer) => {
  expect(isInstalled(locked, found)).toBe(answer);
});

test('npm does not run on the Node it is about to replace', () => {
  expect(withoutOwnBinaries({ PATH: `${cloneRoot}/node_modules/.bin:/usr/bin` })).toEqual({ PATH: '/usr/bin' });
});
