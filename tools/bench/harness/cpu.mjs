import fs from 'node:fs';

/** Returns the CPU milliseconds of this process so far. */
export function ownCpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Length of a clock tick in /proc (USER_HZ is 100 on Linux). */
const TICK_MS = 10;

/** Returns the CPU milliseconds of a process with its running and ended descendants; NaN without /proc. */
export function cpuOf(pid) {
  const processes = readProcesses();
  const root = processes.get(pid);
  if (!root) return NaN;
  let ticks = root.ended;
  const add = (process) => {
    ticks += process.ticks;
    for (const child of processes.values()) if (child.parent === process.pid) add(child);
  };
  add(root);
  return ticks * TICK_MS;
}

function readProcesses() {
  const processes = new Map();
  const names = fs.existsSync('/proc') ? fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  for (const name of names) {
    try {
      const text = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
      // The process name in parentheses can contain spaces.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      processes.set(Number(name), {
        pid: Number(name),
        parent: Number(fields[1]),
        ticks: Number(fields[11]) + Number(fields[12]),
        ended: Number(fields[13]) + Number(fields[14]),
      });
    } catch {
      // The process has ended.
    }
  }
  return processes;
}
