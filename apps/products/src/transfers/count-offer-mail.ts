import { createHash } from 'node:crypto';
import { DomainError } from '@cordee/contracts/domain-error';
import {
  countAttempts,
  lockAttempts,
  nextAttemptOf,
  retryAfterOf,
} from '@cordee/service/attempt-limits/attempt-counts';
import { keysOfStrangerMail } from '@cordee/service/attempt-limits/mails-to-strangers';
import type { CommandContext } from '@cordee/service/handler-decorators';

/**
 * Hashes without a key, because the products service has no secret. An address could be guessed from its hash, but the
 * rows of counted mails are deleted after two days.
 */
const hash = (purpose: string, value: string): string =>
  createHash('sha256').update(`${purpose}\0${value}`).digest('base64url');

/**
 * Counts the mail of an offer for its recipient, sender, organization and network, or rejects it. A cancelled offer
 * stays counted, so that alternating offers and cancellations cannot fill a mailbox.
 */
export async function countOfferMail(
  { em, now, accountId, call: { callerAddress } }: CommandContext,
  { organizationId, emailKey }: { organizationId: `org_${string}`; emailKey: string },
  mailsPerNetwork: number,
): Promise<void> {
  const keys = keysOfStrangerMail(
    hash,
    'transfer',
    { emailKey, accountId, organizationId },
    { callerAddress, mailsPerNetwork },
  );
  lockAttempts(em, keys);
  const nextMailAt = await nextAttemptOf(em, keys);
  if (nextMailAt && now < nextMailAt)
    throw new DomainError('TRANSFER_MAILS_LIMITED', { retryAfter: retryAfterOf(nextMailAt, now) });
  countAttempts(em, keys, now);
}
