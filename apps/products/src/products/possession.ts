import { toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

type OrganizationId = `org_${string}`;
type ProductId = `prd_${string}`;

/** The condition of a row of `product` that its organization has it now: the rows of one that has left stay, for what is asked about the past. */
export const isPossessed = `exists (select from product_possession possession where possession.organization_id = product.organization_id and possession.product_id = product.id and possession.until is null)`;

/** Whether the organization has the product now. Asked after the product is locked, it holds until the transaction ends. */
export async function possesses(
  em: EntityManager,
  organizationId: OrganizationId,
  productId: ProductId,
): Promise<boolean> {
  return (await presentPossession(em, organizationId, productId)) !== undefined;
}

/** Which time the organization has the product, as facts name it; undefined when it does not. Asked after the product is locked, it holds until the transaction ends. */
export async function presentPossession(
  em: EntityManager,
  organizationId: OrganizationId,
  productId: ProductId,
): Promise<number | undefined> {
  const [row] = await em.execute<{ possession: number }[]>(
    `select possession from product_possession where organization_id = ? and product_id = ? and until is null`,
    [toUuid(organizationId), toUuid(productId)],
  );
  return row?.possession;
}

/** From now on the organization has these new products. */
export async function beginPossessions(
  em: EntityManager,
  organizationId: OrganizationId,
  productIds: readonly ProductId[],
  now: Date,
): Promise<void> {
  await em.execute(
    `insert into product_possession (organization_id, product_id, possession, since) select ?, id, 1, ? from unnest(?::uuid[]) as id`,
    [toUuid(organizationId), now, uuidList(productIds)],
  );
}

/** From now on the organization has the product, perhaps again; the how manieth time it is. */
export async function beginPossession(
  em: EntityManager,
  organizationId: OrganizationId,
  productId: ProductId,
  now: Date,
): Promise<number> {
  const key = [toUuid(organizationId), toUuid(productId)];
  const [row] = await em.execute<{ possession: number }[]>(
    `insert into product_possession (organization_id, product_id, possession, since)
     select ?, ?, 1 + coalesce(max(possession), 0), ? from product_possession where organization_id = ? and product_id = ? returning possession`,
    [...key, now, ...key],
  );
  return row!.possession;
}

/** From now on the organization has the product no longer; which possession has ended. */
export async function endPossession(
  em: EntityManager,
  organizationId: OrganizationId,
  productId: ProductId,
  now: Date,
): Promise<number> {
  const [row] = await em.execute<{ possession: number }[]>(
    `update product_possession set until = greatest(since, ?::timestamptz) where organization_id = ? and product_id = ? and until is null returning possession`,
    [now, toUuid(organizationId), toUuid(productId)],
  );
  return row!.possession;
}
