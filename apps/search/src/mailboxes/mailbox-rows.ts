import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Mailbox } from './mailbox.ts';

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
