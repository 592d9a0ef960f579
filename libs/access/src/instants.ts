/** The end of an unlimited period. */
export const NEVER = Number.POSITIVE_INFINITY;

/** Milliseconds since 1970 of an end date in a snapshot. */
export const millisecondsOf = (at: string | null): number => (at === null ? NEVER : Date.parse(at));
