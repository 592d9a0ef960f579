import { setTimeout as sleep } from 'node:timers/promises';
import { showFailure } from './step-failure.mjs';

const closers = [];
let closing;

/** Running child processes; a shutdown sends them SIGTERM first. */
export const runningCommands = new Set();

/** Registers a function that a shutdown calls, the last registered first. */
export function onShutdown(close) {
  closers.unshift(close);
}

export const isShuttingDown = () => closing !== undefined;

/** Calls all registered functions once, then ends the process. */
function shutDown(exitCode) {
  closing ??= closeAll().then(() => process.exit(exitCode));
  return closing;
}

async function closeAll() {
  for (const child of runningCommands) child.kill('SIGTERM');
  for (const close of closers) {
    try {
      await close();
    } catch (error) {
      showFailure(error);
    }
  }
}

/** Runs a command line program. Its end, an error or a signal shuts down everything that it has started. */
export async function runMain(main) {
  // Ctrl-C sends the signal to npm and to this process, and npm forwards it: ignore the second one.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ]) {
    process.on(signal, () => {
      if (!isShuttingDown()) console.log(`\nStopping (${signal}) …`);
      void shutDown(code);
    });
  }
  // A closed terminal or pipe must not end this process before the shutdown is complete.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await shutDown((await main()) ?? 0);
  } catch (error) {
    if (!isShuttingDown()) showFailure(error);
    await shutDown(1);
  }
}

/** Waits for a promise at most `ms` milliseconds; then returns undefined. */
export const withTimeout = (ms, promise) => Promise.race([promise, sleep(ms, undefined, { ref: false })]);
