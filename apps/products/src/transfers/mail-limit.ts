import { createHash } from 'node:crypto';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import type { EntityManager } from '@mikro-orm/postgresql';

const MAX_MAILS = 5;
const WINDOW_MS = 86_400_000;

/** Mails are counted from this instant on. */
export const windowStart = (now: Date): Date => new Date(now.getTime() - WINDOW_MS);

/**
 * Limits how many mails an organization sends to the same address, so that alternating offers and cancellations cannot
 * fill a mailbox. Returns the hash by which mails are counted: the address itself is removed when the offer ends.
 */
export async function checkMailLimit(
  em: EntityManager,
  now: Date,
  organizationId: `org_${string}`,
  emailKey: string,
): Promise<string> {
  const hash = createHash('sha256').update(`${organizationId} ${emailKey}`).digest('hex');
  const [, rows] = await Promise.all([
    // Concurrent offers of other products to the same address wait for this lock.
    advisoryLock(em, `transfer mail ${hash}`),
    em.execute<{ created_at: string }[]>(
      `select created_at from transfer where organization_id = ? and email_hash = ? and created_at > ?
       order by created_at desc limit ?`,
      [toUuid(organizationId), hash, windowStart(now), MAX_MAILS],
    ),
  ]);
  // The rows are the newest mails. With five of them in the window, the next mail waits until the fifth is a day old.
  const oldestCounted = rows[MAX_MAILS - 1];
  if (oldestCounted)
    throw new DomainError('TRANSFER_MAILS_LIMITED', {
      retryAfter: Math.ceil((new Date(oldestCounted.created_at).getTime() + WINDOW_MS - now.getTime()) / 1_000),
    });
  return hash;
}
