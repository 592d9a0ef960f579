import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isPossessed } from '../products/possession.ts';
import type { Leaving } from './access-at-transfer.ts';

/** A product that its organization has, with what the catalogue says of moving it. */
export async function findLeaving(
  em: EntityManager,
  organizationId: `org_${string}`,
  productId: `prd_${string}`,
): Promise<(Leaving & { name: string }) | undefined> {
  const [row] = await em.execute<{ type: string; name: string; kept_rights: string[] }[]>(
    `select product.type, product.name, type.kept_rights from product join product_type type on type.key = product.type where product.organization_id = ? and product.id = ? and ${isPossessed}`,
    [toUuid(organizationId), toUuid(productId)],
  );
  return row && { productId, type: row.type, name: row.name, keptRights: row.kept_rights };
}
