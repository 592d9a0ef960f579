/** Returns the earlier of two ends. A missing end is later than every other end. */
export function earlierEnd(one: Date | null | undefined, other: Date | null | undefined): Date | null {
  if (!one || !other) return one ?? other ?? null;
  return one < other ? one : other;
}
