const MINUTE_MS = 60_000;
const DELAYS_MS = [MINUTE_MS, 5 * MINUTE_MS, 60 * MINUTE_MS, 360 * MINUTE_MS];

/** The time of the next retry: 1 minute, 5 minutes and 1 hour after the first three failures, then every 6 hours. */
export const retryTime = (now: Date, failuresBefore: number): Date =>
  new Date(now.getTime() + DELAYS_MS[Math.min(failuresBefore, DELAYS_MS.length - 1)]!);
