import { inputError } from '@cordee/contracts/input-error';

/** Throws for an end of the parent period without a parent, or in the past (C-TEAM-21). */
export function assertParentEnd(
  { parentEndsAt }: { parentEndsAt?: string | null | undefined },
  parentId: string | null,
  now: Date,
): void {
  if (!parentEndsAt) return;
  if (!parentId)
    throw inputError('PARENT_MISSING', '/parentEndsAt', 'is the end of a parent period, and there is no parent');
  if (new Date(parentEndsAt) <= now) throw inputError('PARENT_ENDS_IN_PAST', '/parentEndsAt', 'is in the past');
}

/** The earlier of two ends. A missing end is later than any end. */
export function earlierEnd(one: Date | null | undefined, other: Date | null | undefined): Date | null {
  if (!one || !other) return one ?? other ?? null;
  return one < other ? one : other;
}
