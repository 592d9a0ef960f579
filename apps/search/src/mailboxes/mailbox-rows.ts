import { toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Mailbox } from './mailbox.ts';

/** Selects the mailboxes of an organization that have imported messages. */
export async function selectMailboxes(em: EntityManager, organizationId: `org_${string}`): Promise<Mailbox[]> {
  const rows = await em.execute<{ resource_id: string; product_id: string }[]>(
    `select resource_id, product_id from mailbox where organization_id = ?`,
    [toUuid(organizationId)],
  );
  return rows.map((row) => ({ resourceId: toId('res', row.resource_id), productId: toId('prd', row.product_id) }));
}

/** Inserts or updates the mailbox. The row lock serializes imports into one mailbox until the transaction ends. */
export async function upsertAndLockMailbox(
  em: EntityManager,
  organizationId: `org_${string}`,
  { resourceId, productId }: Mailbox,
): Promise<void> {
  await em.execute(
    `insert into mailbox (organization_id, resource_id, product_id) values (?, ?, ?)
     on conflict (organization_id, resource_id) do update set product_id = excluded.product_id`,
    [toUuid(organizationId), toUuid(resourceId), toUuid(productId)],
  );
}
