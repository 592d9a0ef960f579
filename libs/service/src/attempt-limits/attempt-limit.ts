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

/** Allows some attempts at once, and then one attempt per interval. */
export const burstLimit = (free: number, intervalMs: number): AttemptLimit => ({
  free,
  forgetMs: intervalMs,
  firstWaitMs: intervalMs,
  maxWaitMs: intervalMs,
});

/** The time of the next attempt; null means immediately. */
export function nextAttemptAt(limit: AttemptLimit, { level, lastAt }: AttemptCount): Date | null {
  // The level is rounded, because a small part of an attempt is forgotten between two attempts in quick succession.
  const attempts = Math.round(level);
  if (attempts < limit.free) return null;
  const waitMs = Math.min(limit.firstWaitMs * 2 ** (attempts - limit.free), limit.maxWaitMs);
  return new Date(lastAt.getTime() + waitMs);
}
