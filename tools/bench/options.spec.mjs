import { describe, expect, test } from '@jest/globals';
import { readOptions } from './options.mjs';

describe('the options of npm run bench', () => {
  test('default to all measurements of the area', () => {
    expect(readOptions(['access'])).toMatchObject({
      area: 'access',
      rounds: 5,
      organizations: 1_000,
      scale: 1,
      seed: 1,
      ids: expect.arrayContaining(['P1a', 'growth']),
    });
  });

  test('select measurements, and set rounds, scale and the JSON file', () => {
    expect(
      readOptions(['access', '--only', 'P1a, P1b', '--rounds', '7', '--scale', '0.1', '--json', 'out.json']),
    ).toMatchObject({ ids: ['P1a', 'P1b'], rounds: 7, scale: 0.1, json: 'out.json' });
  });

  test('name the JSON file of an earlier run, and the page and the document to write', () => {
    expect(
      readOptions(['platform', '--from', 'figures.json', '--html', 'page.html', '--markdown', 'page.md']),
    ).toMatchObject({ from: 'figures.json', html: 'page.html', markdown: 'page.md' });
  });

  test.each([[[]], [['--help']], [['access', '-h']]])(
    'are undefined for %j, so that the command prints its help',
    (args) => {
      expect(readOptions(args)).toBeUndefined();
    },
  );

  test.each([
    [['money'], '"money" is not an area: use access, billing, papers, platform'],
    [['constructor'], '"constructor" is not an area'],
    [['access', 'money'], '"access money" is not an area'],
    [['--rounds', '5'], '"" is not an area'],
    [['access', '--only', 'P1a,P9'], '"P9" is not a measurement of access: use P1a, P1b'],
    [['access', '--rounds', '0'], '--rounds 0: must be a whole number from 1'],
    [['access', '--rounds', '2.5'], '--rounds 2.5: must be a whole number'],
    [['access', '--scale', 'big'], '--scale big: must be a number from 0.01'],
    [['platform', '--from', 'figures.json'], '--from needs --html or --markdown'],
    [['platform', '--from', 'figures.json', '--html', 'page.html', '--json', 'out.json'], '--json is not allowed'],
    [['access', '--fast'], "Unknown option '--fast'"],
  ])('are rejected when they are %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
