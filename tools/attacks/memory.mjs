import fs from 'node:fs';

const KIB_PER_MIB = 1_024;
const SAMPLE_MS = 50;

/** Returns infinity when the process does not exist, so that a limit of its memory does not hold. */
function residentMib(pid) {
  try {
    return (
      Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Infinity) / KIB_PER_MIB
    );
  } catch {
    return Infinity;
  }
}

/** Returns the growth of the resident memory of a process while `work` runs, in MiB, and the result of `work`. */
export async function memoryGrowthDuring(pid, work) {
  const before = residentMib(pid);
  let highest = before;
  const timer = setInterval(() => (highest = Math.max(highest, residentMib(pid))), SAMPLE_MS);
  try {
    return { result: await work(), growth: highest - before };
  } finally {
    clearInterval(timer);
  }
}
