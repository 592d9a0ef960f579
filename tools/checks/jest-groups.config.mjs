import path from 'node:path';
import { preset } from '../../jest.preset.mjs';

const root = path.resolve(import.meta.dirname, '../..');

/** Runs the groups of specs that `writeTestGroups` has written. */
export default {
  ...preset(root),
  displayName: 'group',
  testMatch: ['<rootDir>/.cordee/test/groups/*.group.cjs'],
  testSequencer: path.join(import.meta.dirname, 'order-of-names.mjs'),
};
