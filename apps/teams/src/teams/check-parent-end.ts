import { inputError } from '@cordee/contracts/input-error';

/** Refuses an end of a place in a parent where there is no parent, or that has passed (C-TEAM-21). */
export function checkParentEnd(
  { parentEndsAt }: { parentEndsAt?: string | null | undefined },
  parentId: string | null,
  now: Date,
): void {
  if (!parentEndsAt) return;
  if (!parentId)
    throw inputError('PARENT_MISSING', '/parentEndsAt', 'is the end of a place in a parent, and there is none');
  if (new Date(parentEndsAt) <= now) throw inputError('PARENT_ENDS_IN_PAST', '/parentEndsAt', 'is over already');
}

/** The earlier of two ends; no end is the latest. */
export function earlierEnd(one: Date | null | undefined, other: Date | null | undefined): Date | null {
  if (!one || !other) return one ?? other ?? null;
  return one < other ? one : other;
}
