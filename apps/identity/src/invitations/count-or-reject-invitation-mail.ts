import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { countAttempts, retryAfterOf, type CountedKey } from '@cordee/service/attempt-limits/attempt-counts';

/** Counts an invitation mail, or rejects it before `nextMailAt`. */
export function countOrRejectInvitationMail(
  { em, now }: Pick<CommandContext, 'em' | 'now'>,
  keys: readonly CountedKey[],
  nextMailAt: Date | null,
): void {
  if (nextMailAt && now < nextMailAt)
    throw new DomainError('INVITATION_LIMITED', { retryAfter: retryAfterOf(nextMailAt, now) });
  countAttempts(em, keys, now);
}
