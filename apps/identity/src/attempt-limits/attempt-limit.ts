/** How many attempts with one key are allowed. */
export interface AttemptLimit {
  /** The number of attempts without a wait. Each further attempt must wait. */
  free: number;
  /** The time in which one attempt is forgotten: after twice this time, two attempts are forgotten. */
  forgetMs: number;
  /** The first wait. Each further attempt doubles the wait. */
  firstWaitMs: number;
  maxWaitMs: number;
}

/** The attempts that are not forgotten, at the time of the last attempt. */
export interface AttemptCount {
  level: number;
  lastAt: Date;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Wrong passwords for one account. An attacker with any number of addresses has about 30 guesses per day. */
export const accountLimit: AttemptLimit = { free: 5, forgetMs: HOUR_MS, firstWaitMs: 30_000, maxWaitMs: HOUR_MS };

/** Wrong passwords from one network. It allows more attempts, because an office shares one network. */
export const networkLimit: AttemptLimit = {
  free: 20,
  forgetMs: 10 * MINUTE_MS,
  firstWaitMs: 30_000,
  maxWaitMs: HOUR_MS,
};

/** Links to choose a new password, requested for one mail address. */
export const resetLimit: AttemptLimit = {
  free: 3,
  forgetMs: 20 * MINUTE_MS,
  firstWaitMs: 20 * MINUTE_MS,
  maxWaitMs: HOUR_MS,
};

/** Links to choose a new password, requested from one network. */
export const resetNetworkLimit: AttemptLimit = {
  free: 10,
  forgetMs: 6 * MINUTE_MS,
  firstWaitMs: 6 * MINUTE_MS,
  maxWaitMs: HOUR_MS,
};

/** The time of the next attempt; null means immediately. */
export function nextAttemptAt(limit: AttemptLimit, { level, lastAt }: AttemptCount): Date | null {
  // Rounded, because a small part of an attempt is forgotten between two attempts in quick succession.
  const attempts = Math.round(level);
  if (attempts < limit.free) return null;
  const waitMs = Math.min(limit.firstWaitMs * 2 ** (attempts - limit.free), limit.maxWaitMs);
  return new Date(lastAt.getTime() + waitMs);
}
