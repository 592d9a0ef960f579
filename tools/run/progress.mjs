import { isShuttingDown } from './shutdown.mjs';

const running = new Map();
let ticker;

export const seconds = (ms) => `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;

/** One line on the terminal, above what is under way. */
export function say(line = '') {
  wipe();
  console.log(line);
}

/** Runs one step and reports it with its duration; `work` may answer a detail to show. Steps may run side by side. */
export async function step(title, work) {
  const started = performance.now();
  try {
    const detail = await underWay(title, work);
    report('✔', title, started, detail);
    return detail;
  } catch (error) {
    if (!isShuttingDown()) report('✘', title, started);
    throw error;
  }
}

/** Shows that something is under way as long as it is. */
export async function underWay(title, work) {
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
  say(`  ${mark} ${title.padEnd(26)} ${seconds(ms).padStart(6)}${typeof detail === 'string' ? `  ${detail}` : ''}`);
}

const report = (mark, title, started, detail) => reportLine(mark, title, performance.now() - started, detail);

/** One line that is rewritten; without a terminal a long step is announced from time to time. */
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
