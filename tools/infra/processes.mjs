import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Returns the boot id and the start time of a process. Both together distinguish the process from a later process with
 * the same pid. Returns undefined when the process does not run or is a zombie.
 */
function startOf(pid) {
  if (process.platform !== 'linux') return startFromPs(pid);
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Field 0 after the name is the state (Z: zombie, X: dead), and field 19 is the start time.
    return 'ZX'.includes(fields[0]) ? undefined : `${bootId()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

function startFromPs(pid) {
  const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() || undefined : undefined;
}

function bootId() {
  return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
}

/** Returns the identity of a process, which the state file and the lock files contain. */
export const identityOf = (pid) => ({ pid, start: startOf(pid) });

/** True when the recorded process still runs. */
export function isRunning(identity) {
  return identity?.start !== undefined && startOf(identity.pid) === identity.start;
}

const defaultSignals = [
  ['SIGTERM', 10_000],
  ['SIGKILL', 5_000],
];

/**
 * Sends the signals one after the other until the process has ended. Sends no signal to a later process with the same
 * pid.
 */
export async function stopProcess(identity, signals = defaultSignals) {
  for (const [signal, timeoutMs] of signals) {
    if (!isRunning(identity)) return;
    try {
      process.kill(identity.pid, signal);
    } catch (error) {
      if (error.code === 'ESRCH') return;
      throw error;
    }
    if (await hasEnded(identity, timeoutMs)) return;
  }
}

/** Waits for the end of the process. Returns false when the process still runs after the timeout. */
export async function hasEnded(identity, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (isRunning(identity)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
