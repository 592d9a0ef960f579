import { toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

type OrganizationId = `org_${string}`;
type ProductId = `prd_${string}`;

/** SQL condition: the organization of a `product` row owns the product now. After a transfer, the row is history. */
export const isOwnedSql = `exists (
  select from product_ownership period
  where period.organization_id = product.organization_id and period.product_id = product.id and period.until is null
)`;

/** When the caller has locked the product, the result is valid until the end of the transaction. */
export async function isOwnedBy(
  em: EntityManager,
  organizationId: OrganizationId,
  productId: ProductId,
): Promise<boolean> {
  return (await currentOwnershipNumber(em, organizationId, productId)) !== undefined;
}

/** Returns the number of the current ownership period; undefined when the organization does not own the product. */
export async function currentOwnershipNumber(
  em: EntityManager,
  organizationId: OrganizationId,
  productId: ProductId,
): Promise<number | undefined> {
  const [row] = await em.execute<{ ownership_number: number }[]>(
    `select ownership_number from product_ownership where organization_id = ? and product_id = ? and until is null`,
    [toUuid(organizationId), toUuid(productId)],
  );
  return row?.ownership_number;
}

/** Starts the first ownership period of new products. */
export async function startFirstOwnerships(
  em: EntityManager,
  organizationId: OrganizationId,
  productIds: readonly ProductId[],
  now: Date,
): Promise<void> {
  await em.execute(
    `insert into product_ownership (organization_id, product_id, ownership_number, since)
     select ?, id, 1, ? from unnest(?::uuid[]) as id`,
    [toUuid(organizationId), now, uuidList(productIds)],
  );
}

/** Starts the next ownership period of an organization, and returns the number of the period. */
export async function startOwnership(
  em: EntityManager,
  organizationId: OrganizationId,
  productId: ProductId,
  now: Date,
): Promise<number> {
  const ids = [toUuid(organizationId), toUuid(productId)];
  const [row] = await em.execute<{ ownership_number: number }[]>(
    `insert into product_ownership (organization_id, product_id, ownership_number, since)
     select ?, ?, 1 + coalesce(max(ownership_number), 0), ? from product_ownership
     where organization_id = ? and product_id = ? returning ownership_number`,
    [...ids, now, ...ids],
  );
  return row!.ownership_number;
}

/** Ends the current ownership period, never before its start, and returns the number of the period. */
export async function endOwnership(
  em: EntityManager,
  organizationId: OrganizationId,
  productId: ProductId,
  now: Date,
): Promise<number> {
  const [row] = await em.execute<{ ownership_number: number }[]>(
    `update product_ownership set until = greatest(since, ?::timestamptz)
     where organization_id = ? and product_id = ? and until is null returning ownership_number`,
    [now, toUuid(organizationId), toUuid(productId)],
  );
  return row!.ownership_number;
}
