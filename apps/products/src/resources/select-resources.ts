import { toId, toUuid } from '@cordee/contracts/id';
import { idOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ResourceView } from './resource.entity.ts';

/** Selects the resources of a product, oldest first. */
export async function selectResources(
  em: EntityManager,
  organizationId: `org_${string}`,
  productId: `prd_${string}`,
): Promise<ResourceView[]> {
  const rows = await em.execute<
    {
      id: string;
      kind: string;
      name: string;
      parent_id: string | null;
      owner_account_id: string | null;
      former_owner_account_id: string | null;
    }[]
  >(
    `select id, kind, name, parent_id, owner_account_id, former_owner_account_id from resource
     where organization_id = ? and product_id = ? order by created_at, id`,
    [toUuid(organizationId), toUuid(productId)],
  );
  return rows.map((row) => ({
    id: toId('res', row.id),
    kind: row.kind,
    name: row.name,
    parentId: idOrNull('res', row.parent_id),
    ownerAccountId: idOrNull('acc', row.owner_account_id),
    formerOwnerAccountId: idOrNull('acc', row.former_owner_account_id),
  }));
}
