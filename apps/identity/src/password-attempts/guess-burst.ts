/** The owner is told when this many passwords are rejected within the window. */
const TELL_COUNT = 10;
const WINDOW_MS = 3_600_000;
const TELL_INTERVAL_MS = 86_400_000;

/** The rejected passwords of an account within an hour, whether they were wrong or came too early. */
export interface GuessBurst {
  startedAt: Date;
  count: number;
  /** When the owner was told last. */
  toldAt: Date | null;
}

/** True when the owner was told within the last day. */
export const isTold = (burst: GuessBurst | undefined, now: Date): boolean =>
  burst?.toldAt != null && now.getTime() < burst.toldAt.getTime() + TELL_INTERVAL_MS;

/** Counts a rejected password. `mustTell` is true when the owner must be told about the burst: at most once a day. */
export function addToBurst(burst: GuessBurst | undefined, now: Date): { burst: GuessBurst; mustTell: boolean } {
  const isNew = !burst || now.getTime() >= burst.startedAt.getTime() + WINDOW_MS;
  const next = {
    startedAt: isNew ? now : burst.startedAt,
    count: isNew ? 1 : burst.count + 1,
    toldAt: burst?.toldAt ?? null,
  };
  const mustTell = next.count >= TELL_COUNT && !isTold(next, now);
  return { burst: mustTell ? { ...next, toldAt: now } : next, mustTell };
}
