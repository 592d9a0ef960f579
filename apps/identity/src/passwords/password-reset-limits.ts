import type { AttemptLimit } from '@cordee/service/attempt-limits/attempt-limit';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Limits the links to choose a new password that are requested for one mail address. */
export const passwordResetLimit: AttemptLimit = {
  free: 3,
  forgetMs: 20 * MINUTE_MS,
  firstWaitMs: 20 * MINUTE_MS,
  maxWaitMs: HOUR_MS,
};

/** Limits the links to choose a new password that are requested from one network. */
export const passwordResetLimitOfNetwork: AttemptLimit = {
  free: 10,
  forgetMs: 6 * MINUTE_MS,
  firstWaitMs: 6 * MINUTE_MS,
  maxWaitMs: HOUR_MS,
};
