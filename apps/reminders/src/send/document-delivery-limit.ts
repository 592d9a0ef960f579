import type { EntityManager } from '@mikro-orm/postgresql';

const DAY_MS = 86_400_000;
/** The documents that one mailbox gets in a day without a delay. Each further document comes ten minutes later. */
const DELIVERIES_PER_DAY = 200;
/** The mailboxes to which one organization sends in a day without a delay. Each further one waits ten minutes more. */
const MAILBOXES_PER_DAY = 100;
const DELIVERY_INTERVAL_MS = 600_000;

/**
 * The time at which an organization may send its next document to a mailbox. The owner of the mailbox may be a
 * stranger, so the mails of a mailbox and the mailboxes of an organization are limited.
 */
export async function nextDeliveryTime(
  em: EntityManager,
  now: Date,
  organizationId: string,
  address: string,
): Promise<Date> {
  const dayAgo = new Date(now.getTime() - DAY_MS);
  const [row] = await em.execute<{ deliveries: number; mailboxes: number }[]>(
    `select (
       select count(*) from message
       where kind = 'document_delivery' and lower(address) = lower(?) and created_at > ?
     )::int as deliveries, (
       select count(distinct lower(address)) from message
       where kind = 'document_delivery' and organization_id = ? and created_at > ? and lower(address) <> lower(?)
     )::int as mailboxes`,
    [address, dayAgo, organizationId, dayAgo, address],
  );
  const excess = Math.max(0, row!.deliveries - DELIVERIES_PER_DAY + 1, row!.mailboxes - MAILBOXES_PER_DAY + 1);
  return new Date(now.getTime() + excess * DELIVERY_INTERVAL_MS);
}
