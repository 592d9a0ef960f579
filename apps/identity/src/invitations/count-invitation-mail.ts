import { DomainError } from '@cordee/contracts/domain-error';
import { advisoryLockAhead } from '@cordee/service/database/advisory-lock';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { countAttempts, retryAfterOf, type CountedKey } from '../attempt-limits/attempt-counts.ts';

/** Serializes the invitations that a person sends, so that concurrent invitations are counted too. */
export const lockSender = ({ em, accountId }: Pick<CommandContext, 'em' | 'accountId'>): void =>
  advisoryLockAhead(em, `invitation mails of ${accountId}`);

/** Counts an invitation mail. Rejects it when it comes before `nextMailAt`. */
export function countInvitationMail(
  { em, now }: Pick<CommandContext, 'em' | 'now'>,
  keys: readonly CountedKey[],
  nextMailAt: Date | null,
): void {
  if (nextMailAt && now < nextMailAt)
    throw new DomainError('INVITATION_LIMITED', { retryAfter: retryAfterOf(nextMailAt, now) });
  countAttempts(em, keys, now);
}
