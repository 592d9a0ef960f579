import { createHash } from 'node:crypto';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import type { EntityManager } from '@mikro-orm/postgresql';

const MAILS = 5;
const COUNTED_MS = 86_400_000;

/** Since when mails count. */
export const countedFrom = (now: Date): Date => new Date(now.getTime() - COUNTED_MS);

/**
 * Refuses an offer by mail to an address that the organization has sent its share to: cancelling and offering in turn is no way to fill a mailbox.
 * The hash by which the next one is counted; the address itself is forgotten with its offer.
 */
export async function countMail(
  em: EntityManager,
  now: Date,
  organizationId: `org_${string}`,
  emailKey: string,
): Promise<string> {
  const hash = createHash('sha256').update(`${organizationId} ${emailKey}`).digest('hex');
  // Whoever offers another product to the address at the same time is counted, too.
  await advisoryLock(em, `transfer mail ${hash}`);
  const rows = await em.execute<{ created_at: string }[]>(
    `select created_at from transfer where organization_id = ? and email_hash = ? and created_at > ? order by created_at desc limit ?`,
    [toUuid(organizationId), hash, countedFrom(now), MAILS],
  );
  const oldest = rows[MAILS - 1];
  if (oldest)
    throw new DomainError('TRANSFER_MAILS_LIMITED', {
      retryAfter: Math.ceil((new Date(oldest.created_at).getTime() + COUNTED_MS - now.getTime()) / 1_000),
    });
  return hash;
}
