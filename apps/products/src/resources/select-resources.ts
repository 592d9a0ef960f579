import { toId, toUuid } from '@cordee/contracts/id';
import { idOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isOwnedSql } from '../products/product-ownership.ts';
import type { ResourceView } from './resource.entity.ts';

export interface ResourceRow {
  id: string;
  kind: string;
  name: string;
  parent_id: string | null;
  owner_account_id: string | null;
  former_owner_account_id: string | null;
}

/** SQL expression: the resources of the row `product`, oldest first, as a JSON array of `ResourceRow`. */
export const resourcesOfProductSql = `(
  select coalesce(json_agg(listed), '[]') from (
    select id, kind, name, parent_id, owner_account_id, former_owner_account_id from resource
    where resource.organization_id = product.organization_id and resource.product_id = product.id
    order by resource.created_at, resource.id
  ) listed
)`;

/** Selects the resources of a product, oldest first; undefined when the organization does not own the product. */
export async function selectResources(
  em: EntityManager,
  organizationId: `org_${string}`,
  productId: `prd_${string}`,
): Promise<ResourceView[] | undefined> {
  const [row] = await em.execute<{ resources: ResourceRow[] }[]>(
    `select ${resourcesOfProductSql} as resources from product
     where organization_id = ? and id = ? and ${isOwnedSql}`,
    [toUuid(organizationId), toUuid(productId)],
  );
  return row?.resources.map(viewResource);
}

export const viewResource = (row: ResourceRow): ResourceView => ({
  id: toId('res', row.id),
  kind: row.kind,
  name: row.name,
  parentId: idOrNull('res', row.parent_id),
  ownerAccountId: idOrNull('acc', row.owner_account_id),
  formerOwnerAccountId: idOrNull('acc', row.former_owner_account_id),
});
