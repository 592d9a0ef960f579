import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fillOnce, refuseAfterFailure } from './user-cache.mjs';

let parent;
beforeEach(() => (parent = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-spec-'))));
afterEach(() => fs.rmSync(parent, { recursive: true, force: true }));

test('fillOnce fills a folder once, and leaves no files after a failed attempt', async () => {
  const folder = path.join(parent, 'servers');
  const fill = (target) => fs.writeFileSync(path.join(target, 'nats-server'), '');
  await expect(fillOnce(folder, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
  expect(fs.readdirSync(parent)).toEqual([]);
  await fillOnce(folder, fill);
  await fillOnce(folder, () => Promise.reject(new Error('filled twice')));
  expect(fs.readdirSync(folder)).toEqual(['nats-server']);
});

test('two concurrent calls of fillOnce create one complete folder', async () => {
  const folder = path.join(parent, 'servers');
  const fill = async (target) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    fs.writeFileSync(path.join(target, 'nats-server'), '');
  };
  await Promise.all([fillOnce(folder, fill), fillOnce(folder, fill)]);
  expect([fs.readdirSync(parent), fs.readdirSync(folder)]).toEqual([['servers'], ['nats-server']]);
});

test('refuseAfterFailure does not repeat an attempt that failed on this day', async () => {
  const folder = path.join(parent, 'newer');
  let attempts = 0;
  const attempt = async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('no such suite');
  };
  await expect(refuseAfterFailure(folder, attempt)).rejects.toThrow('no such suite');
  await expect(refuseAfterFailure(folder, attempt)).rejects.toThrow('less than a day ago');
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  fs.utimesSync(`${folder}.failed`, yesterday, yesterday);
  await refuseAfterFailure(folder, attempt);
  expect([attempts, fs.existsSync(`${folder}.failed`)]).toEqual([2, false]);
});
