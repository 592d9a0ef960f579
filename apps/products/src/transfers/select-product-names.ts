import { toId, toUuid } from '@cordee/contracts/id';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

/** The names of the products that an organization has offered, of all transfers or of one transfer. */
export async function selectProductNames(
  em: EntityManager,
  organizationId: `org_${string}`,
  transferId?: `trf_${string}`,
): Promise<Map<`prd_${string}`, string>> {
  const rows = await em.execute<{ id: string; name: string }[]>(
    `select id, name from product where organization_id = ? and id in (
       select product_id from transfer where organization_id = ? and id = coalesce(?::uuid, id)
     )`,
    [toUuid(organizationId), toUuid(organizationId), uuidOrNull(transferId)],
  );
  return new Map(rows.map(({ id, name }) => [toId('prd', id), name]));
}
