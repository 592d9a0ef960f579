import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { userCache } from './user-cache.mjs';

const cacheOfMachine = process.env.XDG_CACHE_HOME;
let parent;
beforeAll(() => (parent = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-spec-'))));
afterAll(() => {
  if (cacheOfMachine === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cacheOfMachine;
  fs.rmSync(parent, { recursive: true, force: true });
});

test('the download is the older NATS when the newer one cannot be downloaded', async () => {
  const older = `debian-trixie-${process.arch}`;
  const downloadedFolder = path.join(userCache(), older);
  // On a machine without downloads, there is no older NATS either.
  const hasDownload = fs.existsSync(downloadedFolder);
  process.env.XDG_CACHE_HOME = parent;
  const folder = path.join(userCache(), older);
  if (hasDownload) fs.symlinkSync(downloadedFolder, folder);
  else fs.mkdirSync(folder);
  fs.writeFileSync(path.join(userCache(), `debian-forky-${process.arch}.failed`), 'no such suite');
  const { nats } = await import('./nats.mjs');
  const finding = nats.find.download();
  if (hasDownload) expect((await finding).version.slice(0, 2)).toEqual([2, 10]);
  else await expect(finding).rejects.toThrow('has no nats-server');
});
