import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { attackList } from './attack-list.mjs';
import { loadAttacks } from './load-attacks.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const idsOf = (letter, count) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

describe('the list of attacks', () => {
  test.each([...idsOf('S', 28), ...idsOf('G', 20)])('has an entry for %s', (id) => {
    expect(attackList.filter(({ ids }) => ids.includes(id)).map(({ key }) => key)).not.toEqual([]);
  });

  test.each(attackList.map((entry) => [entry.key, entry]))(
    'has a valid title, and existing attacks and specs or a missing part for %s',
    async (_, entry) => {
      const { title, attacks = [], specs = [], missing } = entry;
      const names = (await loadAttacks()).map(({ name }) => name);
      expect(title).toMatch(/^[A-Z].{10,}[^.]$/);
      expect(attacks.filter((name) => !names.includes(name))).toEqual([]);
      expect(specs.filter((spec) => !fs.existsSync(path.join(root, `${spec}.spec.ts`)))).toEqual([]);
      expect(attacks.length + specs.length > 0 || missing !== undefined).toBe(true);
    },
  );

  test('has unique keys', () => {
    const keys = attackList.map(({ key }) => key);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test('contains every attack', async () => {
    const listedNames = new Set(attackList.flatMap(({ attacks = [] }) => attacks));
    expect((await loadAttacks()).map(({ name }) => name).filter((name) => !listedNames.has(name))).toEqual([]);
  });
});
