/** The owner is told about this many rejected passwords within the window. */
const REPORTED_COUNT = 10;
const WINDOW_MS = 3_600_000;
const REPORT_INTERVAL_MS = 86_400_000;

/** The rejected passwords of an account within an hour, whether they were wrong or came too early. */
export interface GuessBurst {
  startedAt: Date;
  count: number;
  /** When the owner was told last. */
  toldAt: Date | null;
}

/** True when the owner was told within the last day. */
export const isTold = (burst: GuessBurst | undefined, now: Date): boolean =>
  burst?.toldAt != null && now.getTime() < burst.toldAt.getTime() + REPORT_INTERVAL_MS;

/** Counts a rejected password. `tells` is true when the owner must be told about it: at most once a day. */
export function addToBurst(burst: GuessBurst | undefined, now: Date): { burst: GuessBurst; tells: boolean } {
  const isNew = !burst || now.getTime() >= burst.startedAt.getTime() + WINDOW_MS;
  const next = {
    startedAt: isNew ? now : burst.startedAt,
    count: isNew ? 1 : burst.count + 1,
    toldAt: burst?.toldAt ?? null,
  };
  const tells = next.count >= REPORTED_COUNT && !isTold(next, now);
  return { burst: tells ? { ...next, toldAt: now } : next, tells };
}
