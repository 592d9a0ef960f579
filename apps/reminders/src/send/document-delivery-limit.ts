import type { EntityManager } from '@mikro-orm/postgresql';

const DAY_MS = 86_400_000;
/** The documents that one mailbox gets in a day without a delay. Each further document comes ten minutes later. */
const DELIVERIES_PER_DAY = 200;
const DELIVERY_INTERVAL_MS = 600_000;

/** The time at which a mailbox may get its next document. Its owner may be a stranger, so the mails are limited. */
export async function nextDeliveryTime(em: EntityManager, now: Date, address: string): Promise<Date> {
  const [row] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from message
     where kind = 'document_delivery' and lower(address) = lower(?) and created_at > ?`,
    [address, new Date(now.getTime() - DAY_MS)],
  );
  return new Date(now.getTime() + Math.max(0, row!.count - DELIVERIES_PER_DAY + 1) * DELIVERY_INTERVAL_MS);
}
