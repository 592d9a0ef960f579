const HOUR_MS = 3_600_000;

/** Adds elapsed hours to an instant. */
export const addHours = (instant: Date | string, hours: number): Date =>
  new Date(new Date(instant).getTime() + hours * HOUR_MS);
