import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InfraError } from './infra-error.mjs';

/**
 * Returns the folder for downloads, which all clones of this user share. The folder is in the temp folder when the home
 * folder is not writable.
 */
export function userCache() {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const preferredFolder = XDG_CACHE_HOME
    ? path.join(XDG_CACHE_HOME, 'cordee')
    : path.join(HOME ?? os.homedir(), '.cache/cordee');
  for (const folder of [preferredFolder, path.join(os.tmpdir(), `cordee-${process.getuid()}`)]) {
    try {
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      fs.accessSync(folder, fs.constants.W_OK);
      // Another user can have created this folder in the temp folder. Programs of another user must not run.
      if (fs.statSync(folder).uid === process.getuid()) return folder;
    } catch {
      // Try the next folder.
    }
  }
  throw new InfraError(`no folder for downloads: ${preferredFolder} is not writable.`);
}

/**
 * Creates a folder unless it exists. `fill` writes the content into a temporary folder, which is renamed when it is
 * complete.
 */
export async function fillOnce(folder, fill) {
  if (fs.existsSync(folder)) return folder;
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  removeAbandonedFolders(folder);
  const temporary = fs.mkdtempSync(`${folder}.partial-`);
  fs.chmodSync(temporary, 0o755);
  try {
    await fill(temporary);
    fs.renameSync(temporary, folder);
  } catch (error) {
    // The folder exists when a run in another clone was faster.
    if (!fs.existsSync(folder)) throw error;
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** How long `refuseAfterFailure` does not repeat an attempt. */
const RETRY_MS = 24 * 3_600_000;

/** Attempts to create a folder that is not required. After a failure, refuses further attempts for a day at once. */
export async function refuseAfterFailure(folder, attempt) {
  const mark = `${folder}.failed`;
  const failedAt = fs.statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Date.now() < failedAt + RETRY_MS) throw new InfraError(`it failed less than a day ago; delete ${mark} to retry`);
  try {
    await attempt();
    fs.rmSync(mark, { force: true });
  } catch (error) {
    fs.writeFileSync(mark, `${error.message}\n`);
    throw error;
  }
}

/**
 * Deletes temporary folders that are older than an hour, because their runs have crashed. Newer folders can belong to a
 * running process of another clone.
 */
function removeAbandonedFolders(folder) {
  const anHourAgo = Date.now() - 3_600_000;
  for (const name of fs.readdirSync(path.dirname(folder))) {
    const candidate = path.join(path.dirname(folder), name);
    if (!candidate.startsWith(`${folder}.partial-`)) continue;
    if ((fs.statSync(candidate, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < anHourAgo)
      fs.rmSync(candidate, { recursive: true, force: true });
  }
}
