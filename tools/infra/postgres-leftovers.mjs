import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InfraError } from './infra-error.mjs';
import { identityOf, stopProcess } from './processes.mjs';

/**
 * Stops a postmaster that an earlier run started but did not record because of a crash, and deletes its pid file. After
 * a restart of the machine another process can have the pid of the file; PostgreSQL would then refuse to start. The
 * caller holds the lock of the profile.
 */
export async function clearAbandonedPostgres(dataFolder) {
  const pidFile = path.join(dataFolder, 'postmaster.pid');
  if (process.platform !== 'linux' || !fs.existsSync(pidFile)) return;
  const pid = Number.parseInt(fs.readFileSync(pidFile, 'utf8'), 10);
  if (processesIn(dataFolder).includes(pid))
    await stopProcess(identityOf(pid), [
      ['SIGINT', 10_000],
      ['SIGQUIT', 5_000],
      ['SIGKILL', 5_000],
    ]);
  // Backends end only after they have noticed the end of the postmaster. No backend may run when a new postmaster opens
  // the data.
  const deadline = Date.now() + 10_000;
  while (processesIn(dataFolder).length > 0) {
    if (Date.now() > deadline)
      throw new InfraError(`processes ${processesIn(dataFolder).join(', ')} still use ${dataFolder}`);
    await sleep(50);
  }
  fs.rmSync(pidFile, { force: true });
}

/** Finds the processes of PostgreSQL by their working directory, which is the data folder. */
function processesIn(dataFolder) {
  const realFolder = fs.realpathSync(dataFolder);
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return fs.readlinkSync(`/proc/${pid}/cwd`) === realFolder;
      } catch {
        return false;
      }
    })
    .map(Number);
}
