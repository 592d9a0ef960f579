import { inputError } from '@cordee/contracts/input-error';

/** Throws when the end of the parent period is in the past, or when it is set without a parent (C-TEAM-21). */
export function assertParentEnd(
  { parentEndsAt }: { parentEndsAt?: string | null | undefined },
  parentId: string | null,
  now: Date,
): void {
  if (!parentEndsAt) return;
  if (!parentId) throw inputError('PARENT_MISSING', '/parentEndsAt', 'is not allowed without a parent');
  if (new Date(parentEndsAt) <= now) throw inputError('PARENT_ENDS_IN_PAST', '/parentEndsAt', 'is in the past');
}

/** Returns the earlier of two ends. A missing end is later than every other end. */
export function earlierEnd(one: Date | null | undefined, other: Date | null | undefined): Date | null {
  if (!one || !other) return one ?? other ?? null;
  return one < other ? one : other;
}
