import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/** The maximum number of levels of nested resources, for instance of folders in folders. */
export const MAX_LEVELS = 20;

/** The number of levels from the root to a resource of the product; null when the product has no such resource. */
export async function findLevel(
  em: EntityManager,
  {
    organizationId,
    productId,
    kind,
    id,
  }: { organizationId: `org_${string}`; productId: `prd_${string}`; kind: string; id: `res_${string}` },
): Promise<number | null> {
  const [row] = await em.execute<{ level: number | null }[]>(
    `with recursive ancestors as (
       select id, parent_id, 1 as level from resource
       where organization_id = ? and product_id = ? and kind = ? and id = ?
       union all
       select ancestor.id, ancestor.parent_id, level + 1 from ancestors
       join resource ancestor on ancestor.organization_id = ? and ancestor.id = ancestors.parent_id
     )
     select max(level) as level from ancestors`,
    [toUuid(organizationId), toUuid(productId), kind, toUuid(id), toUuid(organizationId)],
  );
  return row!.level;
}
