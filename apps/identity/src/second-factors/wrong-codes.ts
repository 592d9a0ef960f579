/** After this many consecutive wrong codes, the next code must wait. */
const FREE_ATTEMPTS = 5;
const FIRST_WAIT_MS = 30_000;
const MAX_WAIT_MS = 3_600_000;
/** The count starts again after this time without a wrong code. */
const RESET_AFTER_MS = 86_400_000;

/** The number of consecutive wrong codes, and the instant of the last wrong code. */
export interface WrongCodes {
  count: number;
  lastAt: Date | null;
}

/**
 * Returns the earliest time of the next check; null means immediately. After the fifth wrong code the wait is 30
 * seconds. Each further wrong code doubles the wait, up to an hour. An attacker who has the password can try about 30
 * of a million codes per day. No person is locked out permanently.
 */
export function nextAttemptAt({ count, lastAt }: WrongCodes): Date | null {
  if (count < FREE_ATTEMPTS || lastAt === null) return null;
  return new Date(lastAt.getTime() + Math.min(FIRST_WAIT_MS * 2 ** (count - FREE_ATTEMPTS), MAX_WAIT_MS));
}

export function addWrongCode({ count, lastAt }: WrongCodes, now: Date): WrongCodes {
  const isReset = lastAt === null || now.getTime() >= lastAt.getTime() + RESET_AFTER_MS;
  return { count: isReset ? 1 : count + 1, lastAt: now };
}
