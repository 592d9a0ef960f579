import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fillOnce } from './user-cache.mjs';

let parent;
beforeEach(() => (parent = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-spec-'))));
afterEach(() => fs.rmSync(parent, { recursive: true, force: true }));

test('a folder is filled once, and a failed attempt leaves no files', async () => {
  const folder = path.join(parent, 'servers');
  const fill = (into) => fs.writeFileSync(path.join(into, 'nats-server'), '');
  await expect(fillOnce(folder, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
  expect(fs.readdirSync(parent)).toEqual([]);
  await fillOnce(folder, fill);
  await fillOnce(folder, () => Promise.reject(new Error('asked again')));
  expect(fs.readdirSync(folder)).toEqual(['nats-server']);
});

test('two concurrent calls create one complete folder', async () => {
  const folder = path.join(parent, 'servers');
  const fill = async (into) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    fs.writeFileSync(path.join(into, 'nats-server'), '');
  };
  await Promise.all([fillOnce(folder, fill), fillOnce(folder, fill)]);
  expect([fs.readdirSync(parent), fs.readdirSync(folder)]).toEqual([['servers'], ['nats-server']]);
});
