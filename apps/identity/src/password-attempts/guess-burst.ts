/** The owner is told about a burst when this many passwords are rejected within the window. */
const TELL_COUNT = 10;
const WINDOW_MS = 3_600_000;
const TELL_INTERVAL_MS = 86_400_000;

/**
 * The rejected passwords for one account within an hour: wrong passwords, and passwords that were not checked because
 * the attempt had to wait.
 */
export interface GuessBurst {
  startedAt: Date;
  count: number;
  /** The last time when the owner was told about rejected passwords. */
  toldAt: Date | null;
}

export const wasOwnerToldWithinDay = (burst: GuessBurst | undefined, now: Date): boolean =>
  burst?.toldAt != null && now.getTime() < burst.toldAt.getTime() + TELL_INTERVAL_MS;

/** Counts a rejected password. `mustTell` is true when the owner must now be told, which happens at most once a day. */
export function addToBurst(burst: GuessBurst | undefined, now: Date): { burst: GuessBurst; mustTell: boolean } {
  const isNew = !burst || now.getTime() >= burst.startedAt.getTime() + WINDOW_MS;
  const next = {
    startedAt: isNew ? now : burst.startedAt,
    count: isNew ? 1 : burst.count + 1,
    toldAt: burst?.toldAt ?? null,
  };
  const mustTell = next.count >= TELL_COUNT && !wasOwnerToldWithinDay(next, now);
  return { burst: mustTell ? { ...next, toldAt: now } : next, mustTell };
}
