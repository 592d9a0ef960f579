/** Shorter waits are not reported. */
const MIN_SECONDS = 2;

/** Returns a function that reports the first wait for each error code. */
export function waitReporter(note) {
  const reportedCodes = new Set();
  return ({ call, seconds, status, code }) => {
    if (seconds < MIN_SECONDS || reportedCodes.has(code)) return;
    reportedCodes.add(code);
    const hint = status === 429 ? '; docs/guides/load-testers.md has the limits to raise' : '';
    note(`${call} is refused (${`${status} ${code}`.trim()}): trying again after ${seconds} s${hint}`);
  };
}
