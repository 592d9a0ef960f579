import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const children = new Set();

/**
 * Runs a file in a child process and calls its handler `start` with the input. `ask(handler, value)` calls another
 * handler of the child. The child ends when this process ends. The output of the child goes to a log file in `logs`.
 * `memoryMib` limits the heap of the child. With `cpuProfileFolder`, the child writes a CPU profile there.
 */
export async function startChild(url, input, { logs, cpuProfileFolder, memoryMib = 4_096, env = {} }) {
  const file = fileURLToPath(url);
  const name = path.basename(file, '.mjs');
  const log = fs.openSync(path.join(logs, `${name}.log`), 'a');
  const child = fork(file, [], {
    execArgv: [
      '--expose-gc',
      '--enable-source-maps',
      `--max-old-space-size=${memoryMib}`,
      ...(cpuProfileFolder ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(cpuProfileFolder)}`] : []),
    ],
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log, 'ipc'],
    serialization: 'advanced',
  });
  fs.closeSync(log);
  const pendingCalls = new Map();
  let [callId, isStopping] = [0, false];
  const ended = new Promise((resolve) => child.on('exit', resolve)).then(() => {
    children.delete(handle);
    for (const { reject } of pendingCalls.values())
      reject(
        new Error(`the process ${name} has ended${isStopping ? '' : `; its log is ${path.join(logs, `${name}.log`)}`}`),
      );
    pendingCalls.clear();
  });
  child.on('message', ({ id, answer, error }) => {
    const { resolve, reject } = pendingCalls.get(id) ?? {};
    pendingCalls.delete(id);
    if (error) reject?.(new Error(`${name}: ${error}`));
    else resolve?.(answer);
  });
  const handle = {
    pid: child.pid,
    ask: (handler, value) =>
      new Promise((resolve, reject) => {
        if (!child.connected) return reject(new Error(`the process ${name} has ended`));
        pendingCalls.set((callId += 1), { resolve, reject });
        child.send({ id: callId, handler, value });
      }),
    kill: async () => {
      isStopping = true;
      child.kill('SIGKILL');
      await ended;
    },
    /** Disconnects from the child. The child then closes its connections and ends. */
    stop: async () => {
      isStopping = true;
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
  children.add(handle);
  await handle.ask('start', input);
  return handle;
}

/** Stops all running child processes. */
export const stopChildren = () => Promise.all([...children].map((child) => child.stop()));
