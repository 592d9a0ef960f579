/** The owner is notified of a burst when this many passwords are rejected within the window. */
const NOTIFY_COUNT = 10;
const WINDOW_MS = 3_600_000;
const NOTIFY_INTERVAL_MS = 86_400_000;

/**
 * The rejected passwords for one account within an hour: wrong passwords, and passwords that were not checked because
 * the attempt had to wait.
 */
export interface GuessBurst {
  startedAt: Date;
  count: number;
  /** The last time when the owner was notified of rejected passwords. */
  notifiedAt: Date | null;
}

export const wasOwnerNotifiedWithinDay = (burst: GuessBurst | undefined, now: Date): boolean =>
  burst?.notifiedAt != null && now.getTime() < burst.notifiedAt.getTime() + NOTIFY_INTERVAL_MS;

/** Counts a rejected password. `mustNotify`: the owner must now be notified, which happens at most once a day. */
export function addToBurst(burst: GuessBurst | undefined, now: Date): { burst: GuessBurst; mustNotify: boolean } {
  const isNew = !burst || now.getTime() >= burst.startedAt.getTime() + WINDOW_MS;
  const next = {
    startedAt: isNew ? now : burst.startedAt,
    count: isNew ? 1 : burst.count + 1,
    notifiedAt: burst?.notifiedAt ?? null,
  };
  const mustNotify = next.count >= NOTIFY_COUNT && !wasOwnerNotifiedWithinDay(next, now);
  return { burst: mustNotify ? { ...next, notifiedAt: now } : next, mustNotify };
}
