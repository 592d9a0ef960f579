/** How often something may be tried. */
export interface AttemptLimit {
  /** After this many attempts, each further attempt must wait. */
  free: number;
  /** One attempt is forgotten after this time. */
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

/** Wrong passwords from one network. It is wider, because the people of an office share one network. */
export const networkLimit: AttemptLimit = {
  free: 20,
  forgetMs: 10 * MINUTE_MS,
  firstWaitMs: 30_000,
  maxWaitMs: HOUR_MS,
};

/** Links to choose a new password, for one mail address. */
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
  // Rounded: between attempts in quick succession, a very small part of an attempt is forgotten.
  const attempts = Math.round(level);
  if (attempts < limit.free) return null;
  const waitMs = Math.min(limit.firstWaitMs * 2 ** (attempts - limit.free), limit.maxWaitMs);
  return new Date(lastAt.getTime() + waitMs);
}
