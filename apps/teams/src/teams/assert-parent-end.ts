import { inputError } from '@cordee/contracts/input-error';

/** Throws when the end of the parent period is in the past, or when it is set without a parent. */
export function assertParentEnd(
  { parentEndsAt }: { parentEndsAt?: string | null | undefined },
  parentId: string | null,
  now: Date,
): void {
  if (!parentEndsAt) return;
  if (!parentId) throw inputError('PARENT_MISSING', '/parentEndsAt', 'is not allowed without a parent');
  if (new Date(parentEndsAt) <= now) throw inputError('PARENT_ENDS_IN_PAST', '/parentEndsAt', 'is in the past');
}
