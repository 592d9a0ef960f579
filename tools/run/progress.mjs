import { isShuttingDown } from './shutdown.mjs';

const running = new Map();
let ticker;

export const seconds = (ms) => `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;

/** Prints a line above the progress line. */
export function print(line = '') {
  wipe();
  console.log(line);
}

/**
 * Runs a step and prints its result with the duration; `work` can return a text to show. Steps can run concurrently.
 */
export async function step(title, work) {
  const started = performance.now();
  try {
    const detail = await withProgress(title, work);
    report('✔', title, started, detail);
    return detail;
  } catch (error) {
    if (!isShuttingDown()) report('✘', title, started);
    throw error;
  }
}

/** Shows a task in the progress line while it runs. */
export async function withProgress(title, work) {
  if (isShuttingDown()) throw new Error('stopping');
  running.set(title, performance.now());
  ticker ??= setInterval(showRunning, process.stdout.isTTY ? 200 : 5_000).unref();
  try {
    return await work();
  } finally {
    running.delete(title);
    if (running.size === 0) stopTicking();
  }
}

export function reportLine(mark, title, ms, detail) {
  print(`  ${mark} ${title.padEnd(26)} ${seconds(ms).padStart(6)}${typeof detail === 'string' ? `  ${detail}` : ''}`);
}

const report = (mark, title, started, detail) => reportLine(mark, title, performance.now() - started, detail);

/** Rewrites the progress line of a terminal; without a terminal it prints a line every few seconds. */
function showRunning() {
  const texts = [...running].map(
    ([title, started]) => `${title} ${Math.round((performance.now() - started) / 1000)} s`,
  );
  if (texts.length === 0) return;
  if (!process.stdout.isTTY) return console.log(`  … ${texts.join(', ')}`);
  process.stdout.write(`\r\x1b[2K  … ${texts.join(', ')}`.slice(0, (process.stdout.columns ?? 80) + 4));
}

function wipe() {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[2K');
}

function stopTicking() {
  clearInterval(ticker);
  ticker = undefined;
  wipe();
}
