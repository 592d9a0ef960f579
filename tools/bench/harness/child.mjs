import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const children = new Set();

/**
 * Starts a file in a process of its own and asks it for things: `ask(what, input)` answers what its handler does. It ends with us, whatever
 * happens. What it writes goes to a log file in `logs`.
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
    ask: (what, value) =>
      new Promise((resolve, reject) => {
        if (!child.connected) return reject(new Error(`the process ${name} has ended`));
        waiting.set((count += 1), { resolve, reject });
        child.send({ id: count, what, value });
      }),
    kill: async () => {
      isStopping = true;
      child.kill('SIGKILL');
      await ended;
    },
    /** It closes what it has open. */
    stop: async () => {
      isStopping = true;
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(late);
    },
  };
  children.add(handle);
  await handle.ask('start', input);
  return handle;
}

/** Everything that was started and still runs. */
export const stopChildren = () => Promise.all([...children].map((child) => child.stop()));
