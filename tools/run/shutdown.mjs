import { setTimeout as sleep } from 'node:timers/promises';
import { showFailure } from './step-failure.mjs';

const closers = [];
let closing;

/** Commands under way: at the end they are told to stop before anything else is closed. */
export const runningCommands = new Set();

/** Registers what has to be closed at the end, however it comes; what was registered last is closed first. */
export function atShutdown(close) {
  closers.unshift(close);
}

export const isShuttingDown = () => closing !== undefined;

/** Closes everything once, then ends the process. */
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

/** Runs a command line program: its end, a failed step or a signal stops what it started and nothing else. */
export async function runMain(main) {
  // A terminal signals npm and us, and npm passes its own on: the second one is the same wish.
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
  // A closed terminal or pipe must not end us before the rest is stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await shutDown((await main()) ?? 0);
  } catch (error) {
    if (!isShuttingDown()) showFailure(error);
    await shutDown(1);
  }
}

/** Waits for something that is under way, but not for ever. */
export const within = (ms, promise) => Promise.race([promise, sleep(ms, undefined, { ref: false })]);
