/** The end of an unlimited period. */
export const NEVER = Number.POSITIVE_INFINITY;

/** The end date of a snapshot row in milliseconds since 1970; `NEVER` when the row has no end date. */
export const millisecondsOf = (endsAt: string | null): number => (endsAt === null ? NEVER : Date.parse(endsAt));
