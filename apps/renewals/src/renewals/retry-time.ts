const MINUTE_MS = 60_000;
const DELAYS_MS = [MINUTE_MS, 5 * MINUTE_MS, 60 * MINUTE_MS, 360 * MINUTE_MS];

/** The time of the next retry: 1 minute, 5 minutes and 1 hour after the first three failures, then every 6 hours. */
export const retryTime = (failedAt: Date, earlierFailures: number): Date =>
  new Date(failedAt.getTime() + DELAYS_MS[Math.min(earlierFailures, DELAYS_MS.length - 1)]!);
