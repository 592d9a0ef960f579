import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const children = new Set();

/**
 * Starts a file in a child process; `ask(name, input)` calls one of its handlers. The child ends when this process
 * ends. Its output goes to a log file in `logs`.
 */
export async function startChild(url, input, { logs, profile, memory = 4_096, env = {} }) {
  const file = fileURLToPath(url);
  const name = path.basename(file, '.mjs');
  const log = fs.openSync(path.join(logs, `${name}.log`), 'a');
  const child = fork(file, [], {
    execArgv: [
      '--expose-gc',
      '--enable-source-maps',
      `--max-old-space-size=${memory}`,
      ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profile)}`] : []),
    ],
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log, 'ipc'],
    serialization: 'advanced',
  });
  fs.closeSync(log);
  const waiting = new Map();
  let [count, isStopping] = [0, false];
  const ended = new Promise((resolve) => child.on('exit', resolve)).then(() => {
    children.delete(handle);
    for (const { reject } of waiting.values())
      reject(
        new Error(`the process ${name} has ended${isStopping ? '' : `; its log is ${path.join(logs, `${name}.log`)}`}`),
      );
    waiting.clear();
  });
  child.on('message', ({ id, answer, error }) => {
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error) reject?.(new Error(`${name}: ${error}`));
    else resolve?.(answer);
  });
  const handle = {
    pid: child.pid,
    ask: (handler, value) =>
      new Promise((resolve, reject) => {
        if (!child.connected) return reject(new Error(`the process ${name} has ended`));
        waiting.set((count += 1), { resolve, reject });
        child.send({ id: count, handler, value });
      }),
    kill: async () => {
      isStopping = true;
      child.kill('SIGKILL');
      await ended;
    },
    /** Lets the child close its connections before it ends. */
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
