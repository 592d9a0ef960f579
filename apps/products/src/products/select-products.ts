import type { Product as ProductContract } from '@cordee/contracts/products/product';
import { toId, toUuid } from '@cordee/contracts/id';
import { instantOf, uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { isOwnedSql } from './product-ownership.ts';
import { productStatus, type BlockedStatus } from './product-status.ts';

export type ProductView = z.output<typeof ProductContract>;

/** A row with the columns of `productColumnsSql`. */
export interface ProductRow {
  id: string;
  type: string;
  name: string;
  created_at: string;
  blocked_status: BlockedStatus;
  reasons: string[];
}

/** The columns of a product with its blocks, from the tables `product` and `product_type type`. */
export const productColumnsSql = `product.id, product.type, product.name, product.created_at, type.blocked_status,
  array(
    select reason from product_block block
    where block.organization_id = product.organization_id and block.product_id = product.id
      and block.lifted_at is null
    order by block.position
  ) as reasons`;

export const viewProduct = (row: ProductRow): ProductView => ({
  id: toId('prd', row.id),
  type: row.type,
  name: row.name,
  status: productStatus(row.reasons, row.blocked_status),
  blockReasons: row.reasons,
  createdAt: instantOf(row.created_at),
});

/** An empty filter selects all products of the organization. */
interface ProductFilter {
  ids?: readonly `prd_${string}`[] | undefined;
  /** The last product of the previous page. After a transfer of the product, its row still exists. */
  after?: `prd_${string}` | undefined;
  limit?: number;
}

/** Selects products that the organization owns now, with their blocks, oldest first. */
export async function selectProducts(
  em: EntityManager,
  organizationId: `org_${string}`,
  { ids, after, limit }: ProductFilter,
): Promise<ProductView[]> {
  const idList = ids ? uuidList(ids) : null;
  const rows = await em.execute<ProductRow[]>(
    `select ${productColumnsSql}
     from product join product_type type on type.key = product.type
     where product.organization_id = ? and ${isOwnedSql} and (?::uuid[] is null or product.id = any (?::uuid[]))
       and (?::uuid is null or (product.created_at, product.id) > (
         select last.created_at, last.id from product last
         where last.organization_id = product.organization_id and last.id = ?
       ))
     order by product.created_at, product.id limit ?`,
    [toUuid(organizationId), idList, idList, uuidOrNull(after), uuidOrNull(after), limit ?? null],
  );
  return rows.map(viewProduct);
}
