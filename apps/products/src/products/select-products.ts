import type { Product as ProductContract } from '@cordee/contracts/products/product';
import { toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { isPossessed } from './possession.ts';

export type ProductView = z.output<typeof ProductContract>;

interface ProductRow {
  id: string;
  type: string;
  name: string;
  created_at: string;
  blocked_status: 'blocked' | 'maintenance';
  reasons: string[];
}

/** Products that the organization has now, with their blocks, oldest first; all when no ids are named. */
export async function selectProducts(em: EntityManager, organizationId: `org_${string}`, ids?: readonly `prd_${string}`[]): Promise<ProductView[]> {
  const rows = await em.execute<ProductRow[]>(
    `select product.id, product.type, product.name, product.created_at, type.blocked_status,
            array(select reason from product_block block
                  where block.organization_id = product.organization_id and block.product_id = product.id and block.lifted_at is null order by block.position) as reasons
     from product join product_type type on type.key = product.type
     where product.organization_id = ? and ${isPossessed} and (?::uuid[] is null or product.id = any (?::uuid[]))
     order by product.created_at, product.id`,
    [toUuid(organizationId), toArray(ids), toArray(ids)],
  );
  return rows.map((row) => ({
    id: toId('prd', row.id), type: row.type, name: row.name, status: row.reasons.length > 0 ? row.blocked_status : 'active', blockReasons: row.reasons,
    createdAt: new Date(row.created_at).toISOString(),
  }));
}

const toArray = (ids: readonly `prd_${string}`[] | undefined): string | null => (ids ? `{${ids.map(toUuid).join(',')}}` : null);
