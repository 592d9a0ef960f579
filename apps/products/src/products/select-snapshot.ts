import type { Input, Output } from '@cordee/contracts/contract';
import { idSchema, toId, toUuid, type Id } from '@cordee/contracts/id';
import type { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { readChanges } from '@cordee/service/database/access-revisions';
import { idOrNull, uuidList } from '@cordee/service/database/sql-values';
import { readIdCursor } from '@cordee/service/list-cursor';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';

type Snapshot = Output<typeof getProductSnapshot>;

/** The maximum number of rows of a page. */
const PAGE_SIZE = 2_000;
/** The maximum size of the rows of a page, which must fit into one message. */
const PAGE_BYTES = 900_000;
/** The maximum size of a row without its name. */
const ROW_BYTES = 350;
/** The rows of this number of changes fit into a page, whatever their names. */
const MAX_CHANGES = 450;

const SnapshotCursor = z.union([idSchema('prd'), idSchema('res')]);

interface SnapshotFilter {
  organizationId: `org_${string}`;
  /** A past instant; undefined for the present. */
  at: string | undefined;
  /** The ids of products and resources to read; null for all ids. */
  changedIds: readonly string[] | null;
  productId: `prd_${string}` | undefined;
  /** The last id of the previous page. */
  cursor: `prd_${string}` | `res_${string}` | undefined;
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
  const changedIds = changes?.changed && changes.changed.length <= MAX_CHANGES ? changes.changed : null;
  const { revision, products, resources } = await selectPage(em, {
    organizationId,
    at,
    changedIds,
    productId: about?.productId,
    cursor: readIdCursor(SnapshotCursor, cursor),
  });
  const rows = [...products, ...resources];
  const rowCount = changedIds ? rows.length : countFittingRows(rows);
  const isLastPage = changedIds !== null || (rowCount === rows.length && rowCount < PAGE_SIZE);
  const lastRow = rows[rowCount - 1];
  return {
    organizationId,
    // Only the first page of the present has a revision.
    revision: isFirstPageOfPresent ? (changes?.revision ?? revision) : 0,
    changed: changedIds,
    products: products.slice(0, rowCount),
    resources: resources.slice(0, Math.max(0, rowCount - products.length)),
    // When products fill the page, the next page continues after the last product.
    nextCursor: isLastPage || !lastRow ? null : 'resourceId' in lastRow ? lastRow.resourceId : lastRow.productId,
  };
}

/** The number of rows that fit into a page. */
function countFittingRows(rows: readonly { name: string }[]): number {
  let bytes = 0;
  const firstTooLarge = rows.findIndex(({ name }) => {
    bytes += ROW_BYTES + Buffer.byteLength(JSON.stringify(name));
    return bytes > PAGE_BYTES;
  });
  return firstTooLarge < 0 ? rows.length : firstTooLarge;
}

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

/**
 * Selects a page. Products come first; resources fill the last page with products, and the following pages. The text of
 * the statement has only the conditions of the filter, so that PostgreSQL reads a page in the order of a primary key.
 */
async function selectPage(
  em: EntityManager,
  filter: SnapshotFilter,
): Promise<Pick<Snapshot, 'products' | 'resources'> & { revision: number }> {
  const organization = toUuid(filter.organizationId);
  const isAfterProducts = filter.cursor?.startsWith('res_') ?? false;
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => {
    parameters.push(value);
    return '?';
  };
  /** SQL condition: a period contains the instant of the filter. */
  const containsInstantSql = (from: string, until: string): string =>
    filter.at === undefined
      ? `${until} is null`
      : `${from} <= ${bind(filter.at)}::timestamptz
          and (${until} is null or ${until} > ${bind(filter.at)}::timestamptz)`;
  /** SQL condition: a row is in the filter, and after the last id of the previous page of the table. */
  const matchesFilterSql = (idColumn: string, isContinued: boolean): string =>
    [
      ...(filter.changedIds
        ? [`${idColumn} = any (${bind(uuidList(filter.changedIds as readonly Id[]))}::uuid[])`]
        : []),
      ...(filter.productId ? [`period.product_id = ${bind(toUuid(filter.productId))}`] : []),
      ...(isContinued && filter.cursor ? [`${idColumn} > ${bind(toUuid(filter.cursor))}`] : []),
    ]
      .map((condition) => ` and ${condition}`)
      .join('');
  const productsSql = `
    select product.id, period.ownership_number, product.type, product.name,
           exists (
             select from product_block block
             where block.organization_id = period.organization_id and block.product_id = period.product_id
               and ${containsInstantSql('set_at', 'lifted_at')}
           ) as is_blocked
    from product_ownership period
    join product on product.organization_id = period.organization_id and product.id = period.product_id
    where period.organization_id = ${bind(organization)} and ${containsInstantSql('period.since', 'period.until')}
      ${matchesFilterSql('period.product_id', !isAfterProducts)}
    order by period.product_id limit ${isAfterProducts ? 0 : PAGE_SIZE}`;
  // The owners are joined to the rows of the page only.
  const resourcesSql = `
    select page.*, ownership.account_id, ownership.member_id
    from (
      select resource.organization_id, resource.id, resource.product_id, resource.kind, resource.name,
             resource.parent_id
      from resource
      join product_ownership period
        on period.organization_id = resource.organization_id and period.product_id = resource.product_id
          and ${containsInstantSql('period.since', 'period.until')}
      where resource.organization_id = ${bind(organization)}
        ${filter.at === undefined ? '' : `and resource.created_at <= ${bind(filter.at)}::timestamptz`}
        ${matchesFilterSql('resource.id', isAfterProducts)}
      order by resource.id
      limit ${isAfterProducts ? PAGE_SIZE : `${PAGE_SIZE} - (select count(*) from selected_product)`}
    ) page
    left join resource_ownership ownership
      on ownership.organization_id = page.organization_id and ownership.resource_id = page.id
        and ${containsInstantSql('ownership.since', 'ownership.until')}`;
  const [row] = await em.execute<PageRow[]>(
    `with selected_product as materialized (${productsSql}),
          selected_resource as materialized (${resourcesSql})
     select coalesce((
              select revision from access_revision where organization_id = ${bind(organization)}
            ), 0) as revision,
            (select coalesce(json_agg(selected_product order by id), '[]') from selected_product) as products,
            (select coalesce(json_agg(selected_resource order by id), '[]') from selected_resource) as resources`,
    parameters,
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
