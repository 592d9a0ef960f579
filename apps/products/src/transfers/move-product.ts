import type { RenewalTerms } from '@cordee/contracts/renewals/renewal';
import { toId, toUuid } from '@cordee/contracts/id';
import { incrementRevision } from '@cordee/service/database/access-revisions';
import { uuidList } from '@cordee/service/database/sql-values';
import type { CommandContext } from '@cordee/service/handler-decorators';
import type { EntityManager } from '@mikro-orm/postgresql';
import { BLOCKED_BY_CUSTOMER } from '../products/block-origin.ts';
import { lockProduct } from '../products/lock-product.ts';
import { startOwnership, endOwnership } from '../products/product-ownership.ts';
import type { RetainedUser } from './retained-access.ts';
import { lockTransfer } from './find-transfer.ts';
import type { Accepted } from './reserve-transfer.ts';

export interface TransferPayload {
  renewal: RenewalTerms;
  kept: RetainedUser[];
  keptRight: string | null;
}

/**
 * The one transaction in which a product changes organization: its rows are written anew for the one that receives it, those of the one that
 * loses it stay for what is asked about the past. As a role that sees both.
 */
export async function moveProduct(
  { em, now, publish }: Pick<CommandContext, 'em' | 'now' | 'publish'>,
  accepted: Accepted,
  moving: TransferPayload,
): Promise<void> {
  const { key, productId, toOrganizationId } = accepted;
  const { organizationId, transferId } = key;
  // Whoever blocks or offers the product locks it first, too.
  const product = await lockProduct(em, organizationId, productId);
  const transfer = await lockTransfer(em, key);
  const places = { from: toUuid(organizationId), to: toUuid(toOrganizationId), product: toUuid(productId) };
  await copyProduct(em, places);
  await copyResources(em, places, moving.kept, now);
  await moveBlocks(em, places, now);
  const ended = await endOwnership(em, organizationId, productId, now);
  const begun = await startOwnership(em, toOrganizationId, productId, now);
  await publish(product.transferredAway(transferId, toOrganizationId, ended));
  await publish(product.received(toOrganizationId, { transferId, ownershipNumber: begun, ...moving }));
  await publish(transfer!.accepted());
  await countResources(em, organizationId, toOrganizationId, productId, now);
}

interface Places {
  from: string;
  to: string;
  product: string;
}

/** It may have been there before: its row is there still. */
async function copyProduct(em: EntityManager, { from, to, product }: Places): Promise<void> {
  await em.execute(
    `insert into product select moved.* from product source, jsonb_populate_record(source, jsonb_build_object('organization_id', ?::text)) as moved where source.organization_id = ? and source.id = ?
     on conflict (organization_id, id) do update set name = excluded.name, type = excluded.type, order_id = excluded.order_id`,
    [to, from, product],
  );
}

/**
 * Everything in it, as it is but for the owners, who belong to the organization that loses it. What was somebody's own who comes along becomes theirs
 * when they are members of the other one: until then it is noted whose.
 */
async function copyResources(
  em: EntityManager,
  { from, to, product }: Places,
  kept: readonly RetainedUser[],
  now: Date,
): Promise<void> {
  await em.execute(
    `insert into resource select moved.* from resource source,
       jsonb_populate_record(source, jsonb_build_object(
         'organization_id', ?::text, 'owner_account_id', null, 'owner_member_id', null, 'former_owner_account_id', null,
         'kept_owner_account_id', case when source.owner_member_id = any(?::uuid[]) then source.owner_account_id end)) as moved
     where source.organization_id = ? and source.product_id = ?
     on conflict (organization_id, id) do update
     set name = excluded.name, parent_id = excluded.parent_id, owner_account_id = null, owner_member_id = null, former_owner_account_id = null, kept_owner_account_id = excluded.kept_owner_account_id`,
    [to, uuidList(kept.map(({ memberId }) => memberId)), from, product],
  );
  await em.execute(
    `update resource_ownership set until = ? where organization_id = ? and until is null and resource_id in (select id from resource where organization_id = ? and product_id = ?)`,
    [now, from, from, product],
  );
}

/** The copies of the access facts hear of the product by its events; what is in it is named to them here, in both organizations, in one order. */
async function countResources(
  em: EntityManager,
  from: `org_${string}`,
  to: `org_${string}`,
  productId: `prd_${string}`,
  now: Date,
): Promise<void> {
  const rows = await em.execute<{ id: string }[]>(
    `select id from resource where organization_id = ? and product_id = ?`,
    [toUuid(from), toUuid(productId)],
  );
  const ids = rows.map(({ id }) => toId('res', id));
  if (ids.length === 0) return;
  for (const organizationId of [from, to].sort()) await incrementRevision(em, toUuid(organizationId), ids, now);
}

/** A service's blocks go with the product; one that the organization set itself ends with its time there. */
async function moveBlocks(em: EntityManager, { from, to, product }: Places, now: Date): Promise<void> {
  await em.execute(
    `insert into product_block (organization_id, product_id, origin, reason, set_by, set_at)
     select ?, product_id, origin, reason, set_by, set_at from product_block where organization_id = ? and product_id = ? and lifted_at is null and origin <> ? order by position`,
    [to, from, product, BLOCKED_BY_CUSTOMER],
  );
  await em.execute(
    `update product_block set lifted_at = ?, lifted_by = 'service:products' where organization_id = ? and product_id = ? and lifted_at is null`,
    [now, from, product],
  );
}
