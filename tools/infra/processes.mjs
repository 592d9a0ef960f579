import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What tells a process from a later one with the same number: boot and start time.
 * Undefined when it does not run (a zombie does not).
 */
function startOf(pid) {
  if (process.platform !== 'linux') return startFromPs(pid);
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
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

/** A process as it is remembered on disk. */
export const remember = (pid) => ({ pid, start: startOf(pid) });

/** Is the remembered process still the one that runs under its number? */
export function isRunning(remembered) {
  return remembered?.start !== undefined && startOf(remembered.pid) === remembered.start;
}

const gentle = [
  ['SIGTERM', 10_000],
  ['SIGKILL', 5_000],
];

/** Sends one signal after the other until the process has ended. Never touches a process that only inherited the number. */
export async function stopProcess(remembered, signals = gentle) {
  for (const [signal, patience] of signals) {
    if (!isRunning(remembered)) return;
    try {
      process.kill(remembered.pid, signal);
    } catch (error) {
      if (error.code === 'ESRCH') return;
      throw error;
    }
    if (await hasEnded(remembered, patience)) return;
  }
}

export async function hasEnded(remembered, patience) {
  const deadline = Date.now() + patience;
  while (isRunning(remembered)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
