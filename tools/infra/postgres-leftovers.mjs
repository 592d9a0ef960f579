import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InfraError } from './infra-error.mjs';
import { remember, stopProcess } from './processes.mjs';

/**
 * Called under the profile's lock when no server of ours is known to run on this data.
 * A postmaster that runs nevertheless was started just before a crash and is stopped. When none does, its pid file is removed:
 * after a restart of the machine the number in it may belong to anybody, and PostgreSQL would refuse to start.
 */
export async function clearAbandonedPostgres(data) {
  const pidFile = path.join(data, 'postmaster.pid');
  if (process.platform !== 'linux' || !fs.existsSync(pidFile)) return;
  const pid = Number.parseInt(fs.readFileSync(pidFile, 'utf8'), 10);
  if (processesIn(data).includes(pid))
    await stopProcess(remember(pid), [
      ['SIGINT', 10_000],
      ['SIGQUIT', 5_000],
      ['SIGKILL', 5_000],
    ]);
  // Backends notice the death of their postmaster by themselves; the data must not be opened before.
  const deadline = Date.now() + 10_000;
  while (processesIn(data).length > 0) {
    if (Date.now() > deadline) throw new InfraError(`processes ${processesIn(data).join(', ')} still use ${data}`);
    await sleep(50);
  }
  fs.rmSync(pidFile, { force: true });
}

/** Every process of PostgreSQL works in its data folder. */
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
