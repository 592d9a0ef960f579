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
  changed: readonly string[] | null;
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
  const { revision, changed: changedIds } =
    at === undefined && cursor === undefined
      ? await readChanges(em, organizationId, since)
      : { revision: 0, changed: null };
  // When the changes do not fit into one page, the answer is a full snapshot.
  const changed = changedIds && changedIds.length <= PAGE_SIZE ? changedIds : null;
  const filter: SnapshotFilter = {
    organizationId,
    at,
    changed,
    productId: about?.productId,
    after: cursor,
    limit: PAGE_SIZE,
  };
  if (changed)
    return {
      organizationId,
      revision,
      changed,
      products: await selectProducts(em, filter),
      resources: await selectResources(em, filter),
      nextCursor: null,
    };
  // Pages contain the products first. Resources fill the last page with products, and the following pages.
  const isAfterProducts = cursor?.startsWith('res_') ?? false;
  const products = isAfterProducts ? [] : await selectProducts(em, filter);
  const limit = PAGE_SIZE - products.length;
  const resources =
    limit === 0 ? [] : await selectResources(em, { ...filter, after: isAfterProducts ? cursor : undefined, limit });
  const nextCursor =
    limit === 0 ? products.at(-1)!.productId : resources.length === limit ? resources.at(-1)!.resourceId : null;
  return { organizationId, revision, changed, products, resources, nextCursor };
}

/** A CTE with one row that names the parameters. `at` is infinity for the present, which is after every instant. */
const withFilter = `with filter as (
  select ?::uuid as organization_id, coalesce(?::timestamptz, 'infinity') as at, ?::uuid[] as changed,
         ?::uuid as product_id, ?::uuid as after
)`;
const matchesFilter = (id: string): string =>
  `(filter.changed is null or ${id} = any (filter.changed))
   and (filter.product_id is null or period.product_id = filter.product_id)
   and (filter.after is null or ${id} > filter.after)`;
const isValidAtInstant = (from: string, until: string): string =>
  `${from} <= filter.at and (${until} is null or ${until} > filter.at)`;

async function selectProducts(em: EntityManager, filter: SnapshotFilter): Promise<Snapshot['products']> {
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

async function selectResources(em: EntityManager, filter: SnapshotFilter): Promise<Snapshot['resources']> {
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

/** `changed` contains ids of products and of resources; a query reads only the ids with its prefix. */
function parameters(
  { organizationId, at, changed, productId, after, limit }: SnapshotFilter,
  prefix: 'prd' | 'res',
): unknown[] {
  const ids = changed?.filter((id): id is Id => id.startsWith(`${prefix}_`));
  return [
    toUuid(organizationId),
    at ?? null,
    ids ? uuidList(ids) : null,
    uuidOrNull(productId),
    uuidOrNull(after as Id | undefined),
    limit,
  ];
}
