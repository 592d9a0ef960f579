import { spawn } from 'node:child_process';
import os from 'node:os';

/** Starts one busy process per CPU core. Returns the function that stops these processes. */
export function startCpuLoad() {
  const processes = os
    .cpus()
    .map(() => spawn(process.execPath, ['-e', busyLoop], { stdio: ['pipe', 'ignore', 'ignore'] }));
  return () => {
    for (const child of processes) child.kill('SIGKILL');
  };
}

/** The busy process ends when its standard input closes, which happens when the parent process dies. */
const busyLoop = `
process.stdin.on('end', () => process.exit()).resume();
(function burn() {
  for (let end = Date.now() + 50; Date.now() < end; );
  setImmediate(burn);
})();
`;
