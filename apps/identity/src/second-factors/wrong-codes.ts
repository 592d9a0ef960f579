/** From so many wrong codes in a row on, the next one waits. */
const FIRST_COSTLY = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
/** After this long without one, they are counted anew. */
const FORGOTTEN_AFTER_MS = 86_400_000;

/** Wrong codes in a row, and when the last one came. */
export interface WrongCodes {
  count: number;
  lastAt: Date | null;
}

/**
 * When the next six digits are looked at; null: at once. From the fifth wrong code on each doubles the wait, up to an hour: whoever has stolen the
 * password gets some 30 guesses a day out of a million, and nobody is locked out for good.
 */
export function nextTryAt({ count, lastAt }: WrongCodes): Date | null {
  if (count < FIRST_COSTLY || lastAt === null) return null;
  return new Date(lastAt.getTime() + Math.min(FIRST_WAIT_MS * 2 ** (count - FIRST_COSTLY), LONGEST_WAIT_MS));
}

export function withAnother({ count, lastAt }: WrongCodes, now: Date): WrongCodes {
  const isForgotten = lastAt === null || now.getTime() >= lastAt.getTime() + FORGOTTEN_AFTER_MS;
  return { count: isForgotten ? 1 : count + 1, lastAt: now };
}
