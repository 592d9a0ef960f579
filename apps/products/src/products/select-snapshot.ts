import type { Input, Output } from '@cordee/contracts/contract';
import { toId, toUuid, type Id } from '@cordee/contracts/id';
import type { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { readChanges } from '@cordee/service/database/access-revisions';
import { idOrNull, uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

type Snapshot = Output<typeof getProductSnapshot>;

/** Rows on a page: there are names in these, so that fewer of them fit into one message than of other facts. */
const PAGE = 500;

/** Which rows: as they are, or were at an instant; of the ids that changed, or those that come after the last page. */
interface Which {
  organizationId: `org_${string}`;
  at: string | undefined;
  changed: readonly string[] | null;
  productId: `prd_${string}` | undefined;
  after: string | undefined;
  limit: number;
}

/** The products of an organization with what is in them: all page by page, what has changed, or as it was at an instant. */
export async function selectSnapshot(
  em: EntityManager,
  { organizationId, since, at, about, cursor }: Input<typeof getProductSnapshot>,
): Promise<Snapshot> {
  const { revision, changed: known } =
    at === undefined && cursor === undefined
      ? await readChanges(em, organizationId, since)
      : { revision: 0, changed: null };
  const changed = known && known.length <= PAGE ? known : null;
  const which: Which = { organizationId, at, changed, productId: about?.productId, after: cursor, limit: PAGE };
  if (changed)
    return {
      organizationId,
      revision,
      changed,
      products: await selectProducts(em, which),
      resources: await selectResources(em, which),
      nextCursor: null,
    };
  // Products first; what is left of their last page is filled with resources.
  const isInResources = cursor?.startsWith('res_') ?? false;
  const products = isInResources ? [] : await selectProducts(em, which);
  const limit = PAGE - products.length;
  const resources =
    limit === 0 ? [] : await selectResources(em, { ...which, after: isInResources ? cursor : undefined, limit });
  const last =
    limit === 0 ? products.at(-1)!.productId : resources.length === limit ? resources.at(-1)!.resourceId : null;
  return { organizationId, revision, changed, products, resources, nextCursor: last };
}

/** One row with what is asked for, under names; an instant that is not named is after everything that has happened. */
const asked = `with asked as (select ?::uuid as organization_id, coalesce(?::timestamptz, 'infinity') as at, ?::uuid[] as changed, ?::uuid as product_id, ?::uuid as after)`;
const wanted = (id: string): string =>
  `(asked.changed is null or ${id} = any (asked.changed)) and (asked.product_id is null or period.product_id = asked.product_id) and (asked.after is null or ${id} > asked.after)`;
const heldThen = (from: string, until: string): string =>
  `${from} <= asked.at and (${until} is null or ${until} > asked.at)`;

async function selectProducts(em: EntityManager, which: Which): Promise<Snapshot['products']> {
  const rows = await em.execute<
    { id: string; ownership_number: number; type: string; name: string; is_blocked: boolean }[]
  >(
    `${asked}
     select product.id, period.ownership_number, product.type, product.name,
            exists (select from product_block block where block.organization_id = product.organization_id and block.product_id = product.id and ${heldThen('set_at', 'lifted_at')}) as is_blocked
     from asked
     join product_ownership period on period.organization_id = asked.organization_id and ${heldThen('period.since', 'period.until')}
     join product on product.organization_id = period.organization_id and product.id = period.product_id
     where ${wanted('product.id')}
     order by product.id limit ?`,
    parameters(which, 'prd'),
  );
  return rows.map((row) => ({
    productId: toId('prd', row.id),
    ownershipNumber: row.ownership_number,
    type: row.type,
    name: row.name,
    isBlocked: row.is_blocked,
  }));
}

async function selectResources(em: EntityManager, which: Which): Promise<Snapshot['resources']> {
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
    `${asked}
     select resource.id, resource.product_id, resource.kind, resource.name, resource.parent_id, ownership.account_id, ownership.member_id
     from asked
     join product_ownership period on period.organization_id = asked.organization_id and ${heldThen('period.since', 'period.until')}
     join resource on resource.organization_id = period.organization_id and resource.product_id = period.product_id and resource.created_at <= asked.at
     left join resource_ownership ownership on ownership.organization_id = resource.organization_id and ownership.resource_id = resource.id and ${heldThen('ownership.since', 'ownership.until')}
     where ${wanted('resource.id')}
     order by resource.id limit ?`,
    parameters(which, 'res'),
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

/** Ids of the other kind are in the changes too: a product changes, or something in it. */
function parameters({ organizationId, at, changed, productId, after, limit }: Which, prefix: 'prd' | 'res'): unknown[] {
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
