import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InfraError } from './infra-error.mjs';

/** The folder all clones of this user share for what was downloaded. Without a home that can be written, a private one in the temp folder. */
export function userCache() {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const wanted = XDG_CACHE_HOME
    ? path.join(XDG_CACHE_HOME, 'cordee')
    : path.join(HOME ?? os.homedir(), '.cache/cordee');
  for (const folder of [wanted, path.join(os.tmpdir(), `cordee-${process.getuid()}`)]) {
    try {
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      fs.accessSync(folder, fs.constants.W_OK);
      // In the temp folder someone else could have made it first, and we are about to run programs from it.
      if (fs.statSync(folder).uid === process.getuid()) return folder;
    } catch {
      // The next one.
    }
  }
  throw new InfraError(`no folder to keep downloads in: ${wanted} cannot be written.`);
}

/** Runs `fill(temporary)` unless `folder` exists, and gives it its name only when it is complete: a crash leaves no half folder behind. */
export async function filledOnce(folder, fill) {
  if (fs.existsSync(folder)) return folder;
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  sweepAbandoned(folder);
  const temporary = fs.mkdtempSync(`${folder}.partial-`);
  fs.chmodSync(temporary, 0o755);
  try {
    await fill(temporary);
    fs.renameSync(temporary, folder);
  } catch (error) {
    if (!fs.existsSync(folder)) throw error; // else another clone was faster
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** What crashed runs left; younger ones may still be at work in another clone. */
function sweepAbandoned(folder) {
  const anHourAgo = Date.now() - 3_600_000;
  for (const name of fs.readdirSync(path.dirname(folder))) {
    const candidate = path.join(path.dirname(folder), name);
    if (!candidate.startsWith(`${folder}.partial-`)) continue;
    if ((fs.statSync(candidate, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < anHourAgo)
      fs.rmSync(candidate, { recursive: true, force: true });
  }
}
