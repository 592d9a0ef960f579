/** When something ends that has no end. */
export const NEVER = Number.POSITIVE_INFINITY;

/** Milliseconds since 1970 of an end as facts tell it. */
export const millisecondsOf = (at: string | null): number => (at === null ? NEVER : Date.parse(at));
