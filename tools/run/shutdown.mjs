import { setTimeout as sleep } from 'node:timers/promises';
import { showFailure } from './step-failure.mjs';

const closers = [];
let closing;

/** Running child processes. A shutdown sends them SIGTERM before it calls the registered functions. */
export const runningCommands = new Set();

/** Registers a function that a shutdown calls. The function that was registered last is called first. */
export function onShutdown(close) {
  closers.unshift(close);
}

export const isShuttingDown = () => closing !== undefined;

/** Calls all registered functions once and then ends the process. */
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

/** Runs a command line program and then the shutdown. An error or a signal also starts the shutdown. */
export async function runMain(main) {
  // After Ctrl-C this process gets the signal twice, because npm gets the signal too and forwards it.
  // The exit code of a signal is 128 and the number of the signal.
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
  // Without these handlers, a closed terminal or pipe would end this process before the shutdown is complete.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await shutDown((await main()) ?? 0);
  } catch (error) {
    if (!isShuttingDown()) showFailure(error);
    await shutDown(1);
  }
}

/** Waits for a promise. Returns undefined when the promise takes longer than `ms` milliseconds. */
export const withTimeout = (ms, promise) => Promise.race([promise, sleep(ms, undefined, { ref: false })]);
