import fs from 'node:fs';

/** Returns the CPU milliseconds that this process has used so far. */
export function ownCpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Length of a clock tick in /proc: USER_HZ is 100 on Linux. */
const TICK_MS = 10;

/**
 * Returns the CPU milliseconds of a process, of its running descendants and of its children that have ended.
 * Returns NaN when the process is unknown or the system has no /proc.
 */
export function cpuOf(pid) {
  const processes = readProcesses();
  const root = processes.get(pid);
  if (!root) return NaN;
  let ticks = root.endedChildrenTicks;
  const addTicks = (process) => {
    ticks += process.ticks;
    for (const child of processes.values()) if (child.parentPid === process.pid) addTicks(child);
  };
  addTicks(root);
  return ticks * TICK_MS;
}

function readProcesses() {
  const processes = new Map();
  const pids = fs.existsSync('/proc') ? fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  for (const pid of pids) {
    try {
      const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The process name in parentheses can contain spaces. Field 0 after the name is the state, field 1 the parent.
      // Fields 11 and 12 are the ticks of the process, 13 and 14 the ticks of its ended children.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      processes.set(Number(pid), {
        pid: Number(pid),
        parentPid: Number(fields[1]),
        ticks: Number(fields[11]) + Number(fields[12]),
        endedChildrenTicks: Number(fields[13]) + Number(fields[14]),
      });
    } catch {
      // The process ended after readdir.
    }
  }
  return processes;
}
