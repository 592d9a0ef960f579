import { spawn } from 'node:child_process';
import os from 'node:os';

/** Keeps every CPU core busy with one process each. Returns the function that stops them. */
export function startCpuLoad() {
  const processes = os
    .cpus()
    .map(() => spawn(process.execPath, ['-e', busyLoop], { stdio: ['pipe', 'ignore', 'ignore'] }));
  return () => {
    for (const child of processes) child.kill('SIGKILL');
  };
}

/** Ends by itself when the parent process dies: its standard input closes then. */
const busyLoop = `
process.stdin.on('end', () => process.exit()).resume();
(function burn() {
  for (let end = Date.now() + 50; Date.now() < end; );
  setImmediate(burn);
})();
`;
