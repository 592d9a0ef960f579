import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { loadAttacks } from './load-attacks.mjs';

test('every attack has the name of its file and says what it shows', async () => {
  const attacks = await loadAttacks();
  const files = fs.readdirSync(path.join(import.meta.dirname, 'attacks'));
  expect(attacks.map(({ name }) => `${name}.mjs`)).toEqual(files.toSorted());
  for (const { shows, run } of attacks) {
    expect(shows).toMatch(/^[A-Z].{20,}$/);
    expect(run).toBeInstanceOf(Function);
  }
});
