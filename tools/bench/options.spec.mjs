import { describe, expect, test } from '@jest/globals';
import { readOptions } from './options.mjs';

describe('what can be asked of the benchmarks', () => {
  test('an area, with what is usual', () => {
    expect(readOptions(['access'])).toMatchObject({
      area: 'access',
      rounds: 5,
      organizations: 1_000,
      scale: 1,
      seed: 1,
      ids: expect.arrayContaining(['P1a', 'growth']),
    });
  });

  test('some measurements of it', () => {
    expect(
      readOptions(['access', '--only', 'P1a, P1b', '--rounds', '7', '--scale', '0.1', '--json', 'out.json']),
    ).toMatchObject({ ids: ['P1a', 'P1b'], rounds: 7, scale: 0.1, json: 'out.json' });
  });

  test.each([[[]], [['--help']], [['access', '-h']]])('%j asks for help', (args) => {
    expect(readOptions(args)).toBeUndefined();
  });

  test.each([
    [['money'], '"money" is no area: access'],
    [['constructor'], '"constructor" is no area'],
    [['access', 'money'], '"access money" is no area'],
    [['--rounds', '5'], '"" is no area'],
    [['access', '--only', 'P1a,P9'], '"P9" is no measurement of access: P1a, P1b'],
    [['access', '--rounds', '0'], '--rounds 0: a whole number from 1 on'],
    [['access', '--rounds', '2.5'], '--rounds 2.5: a whole number'],
    [['access', '--scale', 'big'], '--scale big: a number from 0.01 on'],
    [['access', '--fast'], "Unknown option '--fast'"],
  ])('%j is refused', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
