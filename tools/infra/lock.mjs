import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InfraError } from './infra-error.mjs';
import { isRunning, identityOf } from './processes.mjs';

/**
 * Acquires the lock `<folder>/<name>.lock` for this process and returns the function that releases the lock. The call
 * takes over a lock whose holder has ended. It waits at most `timeoutMs` for a holder that is running.
 */
export async function takeLock(folder, name, { purpose, timeoutMs = 0 }) {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.lock`);
  const ownFile = `${file}.${process.pid}`;
  const deadline = Date.now() + timeoutMs;
  fs.writeFileSync(ownFile, JSON.stringify({ ...identityOf(process.pid), purpose }));
  try {
    for (;;) {
      if (tryLink(ownFile, file)) return () => release(file);
      const holder = lockHolder(folder, name);
      if (!holder) removeAbandonedLock(file);
      else if (Date.now() >= deadline)
        throw new InfraError(`${holder.purpose} (process ${holder.pid}) is using ${folder}: stop it first.`);
      else await sleep(50);
    }
  } finally {
    fs.rmSync(ownFile, { force: true });
  }
}

/** Returns the running process that holds the lock. Returns undefined when no running process holds it. */
export function lockHolder(folder, name) {
  try {
    const holder = JSON.parse(fs.readFileSync(path.join(folder, `${name}.lock`), 'utf8'));
    return isRunning(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Creates the lock as a hard link, so that no process can read a partly written file. Returns false when the lock
 * exists.
 */
function tryLink(from, to) {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of an ended process. Restores the lock if another process has acquired it in the meantime. */
function removeAbandonedLock(file) {
  const movedFile = `${file}.dead.${process.pid}`;
  try {
    fs.renameSync(file, movedFile);
  } catch {
    return;
  }
  if (isRunning(JSON.parse(fs.readFileSync(movedFile, 'utf8')))) tryLink(movedFile, file);
  fs.rmSync(movedFile, { force: true });
}

function release(file) {
  try {
    if (JSON.parse(fs.readFileSync(file, 'utf8')).pid === process.pid) fs.rmSync(file, { force: true });
  } catch {
    // The lock file no longer exists.
  }
}
