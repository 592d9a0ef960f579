import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InfraError } from './infra-error.mjs';
import { isRunning, remember } from './processes.mjs';

/**
 * Takes `<folder>/<name>.lock` for this process and returns the function that gives it back.
 * A lock whose holder has died is taken over. `patience` is how long to wait for a living holder.
 */
export async function takeLock(folder, name, { purpose, patience = 0 }) {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.lock`);
  const mine = `${file}.${process.pid}`;
  const deadline = Date.now() + patience;
  fs.writeFileSync(mine, JSON.stringify({ ...remember(process.pid), purpose }));
  try {
    for (;;) {
      if (isLinked(mine, file)) return () => release(file);
      const holder = lockHolder(folder, name);
      if (!holder) setAside(file);
      else if (Date.now() >= deadline)
        throw new InfraError(`${holder.purpose} (process ${holder.pid}) is using ${folder}: stop it first.`);
      else await sleep(50);
    }
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/** Who holds the lock now, if that process lives. */
export function lockHolder(folder, name) {
  try {
    const holder = JSON.parse(fs.readFileSync(path.join(folder, `${name}.lock`), 'utf8'));
    return isRunning(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** A hard link appears with its whole content at once, so nobody ever reads a half-written lock. */
function isLinked(from, to) {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead lock away; if a faster process has taken it in between, its lock is put back. */
function setAside(file) {
  const aside = `${file}.dead.${process.pid}`;
  try {
    fs.renameSync(file, aside);
  } catch {
    return;
  }
  if (isRunning(JSON.parse(fs.readFileSync(aside, 'utf8')))) isLinked(aside, file);
  fs.rmSync(aside, { force: true });
}

function release(file) {
  try {
    if (JSON.parse(fs.readFileSync(file, 'utf8')).pid === process.pid) fs.rmSync(file, { force: true });
  } catch {
    // Already gone.
  }
}
