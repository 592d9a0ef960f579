import { isShuttingDown } from './shutdown.mjs';

const startTimes = new Map();
let timer;

/** Formats a duration in seconds, with one decimal below 10 s. From 9,950 ms on, one decimal would give 10.0. */
export const formatSeconds = (ms) => `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;

/** Prints a line above the progress line. */
export function print(line = '') {
  clearProgressLine();
  console.log(line);
}

/**
 * Runs a step and prints its result with the duration. `action` can return a text, which is printed too. Steps can run
 * concurrently.
 */
export async function step(title, action) {
  const startedAt = performance.now();
  try {
    const detail = await withProgress(title, action);
    report('✔', title, startedAt, detail);
    return detail;
  } catch (error) {
    if (!isShuttingDown()) report('✘', title, startedAt);
    throw error;
  }
}

/** Shows an action in the progress line while the action runs. */
export async function withProgress(title, action) {
  if (isShuttingDown()) throw new Error('stopping');
  startTimes.set(title, performance.now());
  timer ??= setInterval(showRunning, process.stdout.isTTY ? 200 : 5_000).unref();
  try {
    return await action();
  } finally {
    startTimes.delete(title);
    if (startTimes.size === 0) stopTimer();
  }
}

export function reportLine(mark, title, ms, detail) {
  print(
    `  ${mark} ${title.padEnd(26)} ${formatSeconds(ms).padStart(6)}${typeof detail === 'string' ? `  ${detail}` : ''}`,
  );
}

const report = (mark, title, startedAt, detail) => reportLine(mark, title, performance.now() - startedAt, detail);

/** Updates the progress line of a terminal. Without a terminal, prints a new progress line every five seconds. */
function showRunning() {
  const texts = [...startTimes].map(
    ([title, startedAt]) => `${title} ${Math.round((performance.now() - startedAt) / 1000)} s`,
  );
  if (texts.length === 0) return;
  if (!process.stdout.isTTY) return console.log(`  … ${texts.join(', ')}`);
  // The five control characters at the start have no width, and the last column stays empty: 5 - 1 = 4.
  process.stdout.write(`\r\x1b[2K  … ${texts.join(', ')}`.slice(0, (process.stdout.columns ?? 80) + 4));
}

function clearProgressLine() {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[2K');
}

function stopTimer() {
  clearInterval(timer);
  timer = undefined;
  clearProgressLine();
}
