import type { Input, Output } from '@cordee/contracts/contract';
import { toId, toUuid, type Id } from '@cordee/contracts/id';
import type { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { readChanges } from '@cordee/service/database/access-revisions';
import { idOrNull, uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

type Snapshot = Output<typeof getProductSnapshot>;

/** Rows per page. Other snapshots have larger pages, but these rows contain names: a page must fit into one message. */
const PAGE_SIZE = 500;

interface SnapshotFilter {
  organizationId: `org_${string}`;
  /** A past instant; undefined for the present. */
  at: string | undefined;
  /** The ids to read; null for all ids. */
  changedIds: readonly string[] | null;
  productId: `prd_${string}` | undefined;
  /** The last id of the previous page. */
  after: string | undefined;
  limit: number;
}

/**
 * Selects the products and resources of an organization: all rows in pages, the rows that changed since a revision, or
 * the rows at a past instant.
 */
export async function selectSnapshot(
  em: EntityManager,
  { organizationId, since, at, about, cursor }: Input<typeof getProductSnapshot>,
): Promise<Snapshot> {
  // Only the first page of the present has a revision.
  const { revision, changed: idsSinceRevision } =
    at === undefined && cursor === undefined
      ? await readChanges(em, organizationId, since)
      : { revision: 0, changed: null };
  // When the changes are unknown or do not fit into one page, the answer contains all rows, in pages.
  const changedIds = idsSinceRevision && idsSinceRevision.length <= PAGE_SIZE ? idsSinceRevision : null;
  const filter: SnapshotFilter = {
    organizationId,
    at,
    changedIds,
    productId: about?.productId,
    after: cursor,
    limit: PAGE_SIZE,
  };
  if (changedIds)
    return {
      organizationId,
      revision,
      changed: changedIds,
      products: await selectSnapshotProducts(em, filter),
      resources: await selectSnapshotResources(em, filter),
      nextCursor: null,
    };
  // Pages contain the products first. Resources fill the last page with products, and the following pages.
  const isAfterProducts = cursor?.startsWith('res_') ?? false;
  const products = isAfterProducts ? [] : await selectSnapshotProducts(em, filter);
  const resourceLimit = PAGE_SIZE - products.length;
  const resources =
    resourceLimit === 0
      ? []
      : await selectSnapshotResources(em, {
          ...filter,
          after: isAfterProducts ? cursor : undefined,
          limit: resourceLimit,
        });
  // When products fill the page, the next page continues after the last product. A page that is not full is the last.
  const nextCursor =
    resourceLimit === 0
      ? products.at(-1)!.productId
      : resources.length === resourceLimit
        ? resources.at(-1)!.resourceId
        : null;
  return { organizationId, revision, changed: changedIds, products, resources, nextCursor };
}

/** A CTE with one row that names the parameters. `at` is infinity for the present, which is after every instant. */
const withFilter = `with filter as (
  select ?::uuid as organization_id, coalesce(?::timestamptz, 'infinity') as at, ?::uuid[] as changed_ids,
         ?::uuid as product_id, ?::uuid as after_id
)`;
const matchesFilter = (idColumn: string): string =>
  `(filter.changed_ids is null or ${idColumn} = any (filter.changed_ids))
   and (filter.product_id is null or period.product_id = filter.product_id)
   and (filter.after_id is null or ${idColumn} > filter.after_id)`;
const isValidAtInstant = (from: string, until: string): string =>
  `${from} <= filter.at and (${until} is null or ${until} > filter.at)`;

async function selectSnapshotProducts(em: EntityManager, filter: SnapshotFilter): Promise<Snapshot['products']> {
  const rows = await em.execute<
    { id: string; ownership_number: number; type: string; name: string; is_blocked: boolean }[]
  >(
    `${withFilter}
     select product.id, period.ownership_number, product.type, product.name,
            exists (
              select from product_block block
              where block.organization_id = product.organization_id and block.product_id = product.id
                and ${isValidAtInstant('set_at', 'lifted_at')}
            ) as is_blocked
     from filter
     join product_ownership period
       on period.organization_id = filter.organization_id and ${isValidAtInstant('period.since', 'period.until')}
     join product on product.organization_id = period.organization_id and product.id = period.product_id
     where ${matchesFilter('product.id')}
     order by product.id limit ?`,
    parameters(filter, 'prd'),
  );
  return rows.map((row) => ({
    productId: toId('prd', row.id),
    ownershipNumber: row.ownership_number,
    type: row.type,
    name: row.name,
    isBlocked: row.is_blocked,
  }));
}

async function selectSnapshotResources(em: EntityManager, filter: SnapshotFilter): Promise<Snapshot['resources']> {
  const rows = await em.execute<
    {
      id: string;
      product_id: string;
      kind: string;
      name: string;
      parent_id: string | null;
      account_id: string | null;
      member_id: string | null;
    }[]
  >(
    `${withFilter}
     select resource.id, resource.product_id, resource.kind, resource.name, resource.parent_id,
            ownership.account_id, ownership.member_id
     from filter
     join product_ownership period
       on period.organization_id = filter.organization_id and ${isValidAtInstant('period.since', 'period.until')}
     join resource
       on resource.organization_id = period.organization_id and resource.product_id = period.product_id
         and resource.created_at <= filter.at
     left join resource_ownership ownership
       on ownership.organization_id = resource.organization_id and ownership.resource_id = resource.id
         and ${isValidAtInstant('ownership.since', 'ownership.until')}
     where ${matchesFilter('resource.id')}
     order by resource.id limit ?`,
    parameters(filter, 'res'),
  );
  return rows.map((row) => ({
    resourceId: toId('res', row.id),
    productId: toId('prd', row.product_id),
    kind: row.kind,
    name: row.name,
    parentId: idOrNull('res', row.parent_id),
    ownerAccountId: idOrNull('acc', row.account_id),
    ownerMemberId: idOrNull('mem', row.member_id),
  }));
}

/** `changedIds` contains ids of products and of resources; a query reads only the ids with its prefix. */
function parameters(
  { organizationId, at, changedIds, productId, after, limit }: SnapshotFilter,
  prefix: 'prd' | 'res',
): unknown[] {
  const ids = changedIds?.filter((id): id is Id => id.startsWith(`${prefix}_`));
  return [
    toUuid(organizationId),
    at ?? null,
    ids ? uuidList(ids) : null,
    uuidOrNull(productId),
    uuidOrNull(after as Id | undefined),
    limit,
  ];
}
