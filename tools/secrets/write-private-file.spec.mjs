import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writePrivateFile } from './write-private-file.mjs';

let folder;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'private-file-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const modeOf = (file) => fs.statSync(file).mode & 0o777;

test('an existing file that others can read is replaced by a private file', () => {
  const file = path.join(folder, '.env');
  fs.writeFileSync(file, 'old', { mode: 0o644 });
  // A reader that has the old file open does not see the new text.
  const reader = fs.openSync(file, 'r');
  writePrivateFile(file, 'new');
  expect([fs.readFileSync(file, 'utf8'), fs.readFileSync(reader, 'utf8')]).toEqual(['new', 'old']);
  fs.closeSync(reader);
  expect(modeOf(file)).toBe(0o600);
  expect(fs.readdirSync(folder)).toEqual(['.env']);
});

test('nothing is left when the file cannot be replaced', () => {
  const target = path.join(folder, 'a-folder');
  fs.mkdirSync(target);
  expect(() => writePrivateFile(target, 'text')).toThrow();
  expect(fs.readdirSync(folder).toSorted()).toEqual(['.env', 'a-folder']);
});
