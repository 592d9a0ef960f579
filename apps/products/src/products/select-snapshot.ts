import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema, toId, toUuid, type Id } from '@cordee/contracts/id';
import type { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { readChanges } from '@cordee/service/database/access-revisions';
import { idOrNull, uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import { readIdCursor } from '@cordee/service/list-cursor';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';

type Snapshot = Output<typeof getProductSnapshot>;

/** The rows of a page, which must fit into one message. Rows with names need smaller pages than other snapshots. */
const PAGE_SIZE = 500;

const SnapshotCursor = z.union([idSchema('prd'), idSchema('res')]);

interface SnapshotFilter {
  organizationId: `org_${string}`;
  /** A past instant; undefined for the present. */
  at: string | undefined;
  /** The ids of products and resources to read; null for all ids. */
  changedIds: readonly string[] | null;
  productId: `prd_${string}` | undefined;
  /** The last id of the previous page. */
  cursor: string | undefined;
}

/**
 * Selects the products and resources of an organization: all rows in pages, the rows that changed since a revision, or
 * the rows at a past instant.
 */
export async function selectSnapshot(
  em: EntityManager,
  { organizationId, since, at, about, cursor }: Input<typeof getProductSnapshot>,
): Promise<Snapshot> {
  const isFirstPageOfPresent = at === undefined && cursor === undefined;
  // The revision of the changes is read before the rows, so the rows may be newer than the revision, but never older.
  const changes =
    isFirstPageOfPresent && since !== undefined ? await readChanges(em, organizationId, since) : undefined;
  // When the changes are unknown or do not fit into one page, the answer contains all rows, in pages.
  const changedIds = changes?.changed && changes.changed.length <= PAGE_SIZE ? changes.changed : null;
  const filter = { organizationId, at, changedIds, productId: about?.productId, cursor };
  const { revision, products, resources } = await selectPage(em, filter);
  const isFull = products.length + resources.length === PAGE_SIZE;
  return {
    organizationId,
    // Only the first page of the present has a revision.
    revision: isFirstPageOfPresent ? (changes?.revision ?? revision) : 0,
    changed: changedIds,
    products,
    resources,
    // When products fill the page, the next page continues after the last product. A page that is not full is the last.
    nextCursor: isFull && !changedIds ? (resources.at(-1)?.resourceId ?? products.at(-1)!.productId) : null,
  };
}

/** SQL condition: a row is in the filter and after the last id of the previous page. */
const matchesFilterSql = (idColumn: string, afterId: string): string =>
  `(filter.changed_ids is null or ${idColumn} = any (filter.changed_ids))
   and (filter.product_id is null or period.product_id = filter.product_id)
   and (${afterId} is null or ${idColumn} > ${afterId})`;
/** SQL condition: a period contains the instant of the filter. */
const isValidAtInstantSql = (from: string, until: string): string =>
  `${from} <= filter.at and (${until} is null or ${until} > filter.at)`;

/** The only row of the query: a page of products and resources as JSON, and the current access revision. */
interface PageRow {
  revision: string;
  products: { id: string; ownership_number: number; type: string; name: string; is_blocked: boolean }[];
  resources: {
    id: string;
    product_id: string;
    kind: string;
    name: string;
    parent_id: string | null;
    account_id: string | null;
    member_id: string | null;
  }[];
}

/** Selects a page. Products come first; resources fill the last page with products, and the following pages. */
async function selectPage(
  em: EntityManager,
  { organizationId, at, changedIds, productId, cursor }: SnapshotFilter,
): Promise<Pick<Snapshot, 'products' | 'resources'> & { revision: number }> {
  const isAfterProducts = cursor?.startsWith('res_') ?? false;
  const afterId = uuidOrNull(readIdCursor(SnapshotCursor, cursor));
  const [row] = await em.execute<PageRow[]>(
    // A CTE with one row names the parameters. `at` is infinity for the present, which is after every instant.
    `with filter as (
       select ?::uuid as organization_id, coalesce(?::timestamptz, 'infinity') as at, ?::uuid[] as changed_ids,
              ?::uuid as product_id, ?::uuid as after_product_id, ?::uuid as after_resource_id
     ), selected_product as materialized (
       select product.id, period.ownership_number, product.type, product.name,
              exists (
                select from product_block block
                where block.organization_id = product.organization_id and block.product_id = product.id
                  and ${isValidAtInstantSql('set_at', 'lifted_at')}
              ) as is_blocked
       from filter
       join product_ownership period
         on period.organization_id = filter.organization_id and ${isValidAtInstantSql('period.since', 'period.until')}
       join product on product.organization_id = period.organization_id and product.id = period.product_id
       where ${matchesFilterSql('product.id', 'filter.after_product_id')}
       order by product.id limit ?
     ), selected_resource as materialized (
       select resource.id, resource.product_id, resource.kind, resource.name, resource.parent_id,
              ownership.account_id, ownership.member_id
       from filter
       join product_ownership period
         on period.organization_id = filter.organization_id and ${isValidAtInstantSql('period.since', 'period.until')}
       join resource
         on resource.organization_id = period.organization_id and resource.product_id = period.product_id
           and resource.created_at <= filter.at
       left join resource_ownership ownership
         on ownership.organization_id = resource.organization_id and ownership.resource_id = resource.id
           and ${isValidAtInstantSql('ownership.since', 'ownership.until')}
       where ${matchesFilterSql('resource.id', 'filter.after_resource_id')}
       order by resource.id limit ? - (select count(*) from selected_product)
     )
     select coalesce((
              select revision from access_revision where organization_id = filter.organization_id
            ), 0) as revision,
            (select coalesce(json_agg(selected_product order by id), '[]') from selected_product) as products,
            (select coalesce(json_agg(selected_resource order by id), '[]') from selected_resource) as resources
     from filter`,
    [
      toUuid(organizationId),
      at ?? null,
      changedIds && uuidList(changedIds as readonly Id[]),
      uuidOrNull(productId),
      isAfterProducts ? null : afterId,
      isAfterProducts ? afterId : null,
      isAfterProducts ? 0 : PAGE_SIZE,
      PAGE_SIZE,
    ],
  );
  const { revision, products, resources } = row!;
  return { revision: Number(revision), products: products.map(viewProduct), resources: resources.map(viewResource) };
}

const viewProduct = (row: PageRow['products'][number]): Snapshot['products'][number] => ({
  productId: toId('prd', row.id),
  ownershipNumber: row.ownership_number,
  type: row.type,
  name: row.name,
  isBlocked: row.is_blocked,
});

const viewResource = (row: PageRow['resources'][number]): Snapshot['resources'][number] => ({
  resourceId: toId('res', row.id),
  productId: toId('prd', row.product_id),
  kind: row.kind,
  name: row.name,
  parentId: idOrNull('res', row.parent_id),
  ownerAccountId: idOrNull('acc', row.account_id),
  ownerMemberId: idOrNull('mem', row.member_id),
});
