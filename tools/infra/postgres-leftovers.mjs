import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InfraError } from './infra-error.mjs';
import { identityOf, stopProcess } from './processes.mjs';

/**
 * Stops a postmaster that was started just before a crash and is not recorded, and deletes its pid file. After a
 * restart of the machine the pid can belong to another process, and PostgreSQL would not start. The caller holds the
 * lock of the profile.
 */
export async function clearAbandonedPostgres(data) {
  const pidFile = path.join(data, 'postmaster.pid');
  if (process.platform !== 'linux' || !fs.existsSync(pidFile)) return;
  const pid = Number.parseInt(fs.readFileSync(pidFile, 'utf8'), 10);
  if (processesIn(data).includes(pid))
    await stopProcess(identityOf(pid), [
      ['SIGINT', 10_000],
      ['SIGQUIT', 5_000],
      ['SIGKILL', 5_000],
    ]);
  // Backends end when they notice that the postmaster has ended. Wait for them before the data is opened again.
  const deadline = Date.now() + 10_000;
  while (processesIn(data).length > 0) {
    if (Date.now() > deadline) throw new InfraError(`processes ${processesIn(data).join(', ')} still use ${data}`);
    await sleep(50);
  }
  fs.rmSync(pidFile, { force: true });
}

/** Finds the processes of PostgreSQL by their working directory, which is the data folder. */
function processesIn(data) {
  const folder = fs.realpathSync(data);
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return fs.readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    })
    .map(Number);
}
