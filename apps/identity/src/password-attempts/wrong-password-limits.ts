import type { AttemptLimit } from '@cordee/service/attempt-limits/attempt-limit';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Limits wrong passwords for one account: an attacker with any number of addresses has about 30 guesses per day. */
export const wrongPasswordLimit: AttemptLimit = { free: 5, forgetMs: HOUR_MS, firstWaitMs: 30_000, maxWaitMs: HOUR_MS };

/** Limits wrong passwords from one network. A network has more attempts, because an office shares one network. */
export const wrongPasswordLimitOfNetwork: AttemptLimit = {
  free: 20,
  forgetMs: 10 * MINUTE_MS,
  firstWaitMs: 30_000,
  maxWaitMs: HOUR_MS,
};
