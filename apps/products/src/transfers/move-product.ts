import type { RenewalTerms } from '@cordee/contracts/renewals/renewal';
import { toId, toUuid } from '@cordee/contracts/id';
import { incrementRevision } from '@cordee/service/database/access-revisions';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList } from '@cordee/service/database/sql-values';
import type { CommandContext } from '@cordee/service/handler-decorators';
import type { EntityManager } from '@mikro-orm/postgresql';
import { CUSTOMER_ORIGIN } from '../products/block-origin.ts';
import { lockProduct } from '../products/lock-product.ts';
import { startOwnership, endOwnership } from '../products/product-ownership.ts';
import type { RetainedUser } from './retained-users.ts';
import { lockTransfer } from './find-transfer.ts';
import type { ReservedTransfer } from './reserve-transfer.ts';

export interface TransferPayload {
  renewal: RenewalTerms;
  retained: RetainedUser[];
  /** The right that every retained user gets; null when the product type lets nobody be retained. */
  retainedRight: string | null;
}

/**
 * Moves a product to the receiving organization in one transaction. The rows of the product are copied; the rows of the
 * former organization stay as its history. The database role of `em` must see the rows of both organizations.
 */
export async function moveProduct(
  { em, now, publish }: Pick<CommandContext, 'em' | 'now' | 'publish'>,
  reservedTransfer: ReservedTransfer,
  payload: TransferPayload,
): Promise<void> {
  const { key, productId, toOrganizationId } = reservedTransfer;
  const { organizationId, transferId } = key;
  // Locks the product before the transfer, as blocks and offers do, to prevent deadlocks.
  const [product, transfer] = await Promise.all([lockProduct(em, organizationId, productId), lockTransfer(em, key)]);
  const ids = { from: toUuid(organizationId), to: toUuid(toOrganizationId), product: toUuid(productId) };
  copyProduct(em, ids);
  copyResources(em, ids, payload.retained, now);
  moveBlocks(em, ids, now);
  const [endedOwnershipNumber, startedOwnershipNumber] = await Promise.all([
    endOwnership(em, organizationId, productId, now),
    startOwnership(em, toOrganizationId, productId, now),
  ]);
  await publish([
    product.transferredAway(transferId, toOrganizationId, endedOwnershipNumber),
    product.received(toOrganizationId, {
      ...payload,
      transferId,
      ownershipNumber: startedOwnershipNumber,
      // The member ids belong to the former organization.
      retained: payload.retained.map(({ memberId: _, ...person }) => person),
    }),
    transfer!.accept(),
  ]);
  await recordResourceChanges(em, organizationId, toOrganizationId, productId, now);
}

/** The UUIDs of the former organization, the receiving organization and the product. */
interface MoveIds {
  from: string;
  to: string;
  product: string;
}

/** Copies the row of the product. Updates the existing row when the receiving organization owned the product before. */
function copyProduct(em: EntityManager, { from, to, product }: MoveIds): void {
  sendAhead(
    em,
    `insert into product select moved.*
     from product source, jsonb_populate_record(source, jsonb_build_object('organization_id', ?::text)) as moved
     where source.organization_id = ? and source.id = ?
     on conflict (organization_id, id)
     do update set name = excluded.name, type = excluded.type, order_id = excluded.order_id`,
    [to, from, product],
  );
}

/**
 * Copies the resources without their owners, because the owners belong to the former organization. When an owner is a
 * retained user, the copied row has this person in `retained_owner_account_id`: the person owns the resource again once
 * they belong to the receiving organization.
 */
function copyResources(
  em: EntityManager,
  { from, to, product }: MoveIds,
  retained: readonly RetainedUser[],
  now: Date,
): void {
  sendAhead(
    em,
    `insert into resource select moved.* from resource source,
       jsonb_populate_record(source, jsonb_build_object(
         'organization_id', ?::text, 'owner_account_id', null, 'owner_member_id', null, 'former_owner_account_id', null,
         'retained_owner_account_id',
         case when source.owner_member_id = any(?::uuid[]) then source.owner_account_id end)) as moved
     where source.organization_id = ? and source.product_id = ?
     on conflict (organization_id, id) do update
     set name = excluded.name, parent_id = excluded.parent_id,
         owner_account_id = null, owner_member_id = null, former_owner_account_id = null,
         retained_owner_account_id = excluded.retained_owner_account_id`,
    [to, uuidList(retained.map(({ memberId }) => memberId)), from, product],
  );
  sendAhead(
    em,
    `update resource_ownership set until = ?
     where organization_id = ? and until is null
       and resource_id in (select id from resource where organization_id = ? and product_id = ?)`,
    [now, from, from, product],
  );
}

/**
 * Records for the access caches of both organizations that the resources changed. The events of the transfer only
 * invalidate the product. The order of the organizations is fixed to prevent deadlocks.
 */
async function recordResourceChanges(
  em: EntityManager,
  fromOrganizationId: `org_${string}`,
  toOrganizationId: `org_${string}`,
  productId: `prd_${string}`,
  now: Date,
): Promise<void> {
  const rows = await em.execute<{ id: string }[]>(
    `select id from resource where organization_id = ? and product_id = ?`,
    [toUuid(fromOrganizationId), toUuid(productId)],
  );
  const ids = rows.map(({ id }) => toId('res', id));
  if (ids.length === 0) return;
  for (const organizationId of [fromOrganizationId, toOrganizationId].sort())
    await incrementRevision(em, toUuid(organizationId), ids, now);
}

/** Copies the blocks that services set. In the former organization, all blocks of the product end. */
function moveBlocks(em: EntityManager, { from, to, product }: MoveIds, now: Date): void {
  sendAhead(
    em,
    `insert into product_block (organization_id, product_id, origin, reason, set_by, set_at)
     select ?, product_id, origin, reason, set_by, set_at from product_block
     where organization_id = ? and product_id = ? and lifted_at is null and origin <> ? order by position`,
    [to, from, product, CUSTOMER_ORIGIN],
  );
  sendAhead(
    em,
    `update product_block set lifted_at = ?, lifted_by = 'service:products'
     where organization_id = ? and product_id = ? and lifted_at is null`,
    [now, from, product],
  );
}
