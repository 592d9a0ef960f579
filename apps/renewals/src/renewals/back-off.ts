const MINUTE_MS = 60_000;
const WAITS_MS = [MINUTE_MS, 5 * MINUTE_MS, 60 * MINUTE_MS, 360 * MINUTE_MS];

/** When to try again what has failed so often before: soon at first, then every six hours. */
export const nextTry = (now: Date, failedBefore: number): Date =>
  new Date(now.getTime() + WAITS_MS[Math.min(failedBefore, WAITS_MS.length - 1)]!);
