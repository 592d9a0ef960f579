import { toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

type OrganizationId = `org_${string}`;
type ProductId = `prd_${string}`;

/** The condition of a row of `product` that its organization has it now: the rows of one that has left stay, for what is asked about the past. */
export const isOwned = `exists (select from product_ownership period where period.organization_id = product.organization_id and period.product_id = product.id and period.until is null)`;

/** Whether the organization has the product now. Asked after the product is locked, it holds until the transaction ends. */
export async function isOwnedBy(
  em: EntityManager,
  organizationId: OrganizationId,
  productId: ProductId,
): Promise<boolean> {
  return (await currentOwnership(em, organizationId, productId)) !== undefined;
}

/** Which time the organization has the product, as facts name it; undefined when it does not. Asked after the product is locked, it holds until the transaction ends. */
export async function currentOwnership(
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

/** From now on the organization has these new products. */
export async function startOwnerships(
  em: EntityManager,
  organizationId: OrganizationId,
  productIds: readonly ProductId[],
  now: Date,
): Promise<void> {
  await em.execute(
    `insert into product_ownership (organization_id, product_id, ownership_number, since) select ?, id, 1, ? from unnest(?::uuid[]) as id`,
    [toUuid(organizationId), now, uuidList(productIds)],
  );
}

/** From now on the organization has the product, perhaps again; the how manieth time it is. */
export async function startOwnership(
  em: EntityManager,
  organizationId: OrganizationId,
  productId: ProductId,
  now: Date,
): Promise<number> {
  const key = [toUuid(organizationId), toUuid(productId)];
  const [row] = await em.execute<{ ownership_number: number }[]>(
    `insert into product_ownership (organization_id, product_id, ownership_number, since)
     select ?, ?, 1 + coalesce(max(ownership_number), 0), ? from product_ownership where organization_id = ? and product_id = ? returning ownership_number`,
    [...key, now, ...key],
  );
  return row!.ownership_number;
}

/** From now on the organization has the product no longer; which possession has ended. */
export async function endOwnership(
  em: EntityManager,
  organizationId: OrganizationId,
  productId: ProductId,
  now: Date,
): Promise<number> {
  const [row] = await em.execute<{ ownership_number: number }[]>(
    `update product_ownership set until = greatest(since, ?::timestamptz) where organization_id = ? and product_id = ? and until is null returning ownership_number`,
    [now, toUuid(organizationId), toUuid(productId)],
  );
  return row!.ownership_number;
}
