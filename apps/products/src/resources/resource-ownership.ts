import type { Person } from '@cordee/access/people';
import { toId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Resource } from './resource.entity.ts';

type Owner = Pick<Person, 'accountId' | 'memberId'>;

/** Records the start of an ownership in the history. Questions about access at a past instant need the history. */
export function startResourceOwnership(
  em: EntityManager,
  { organizationId, id }: Resource,
  { accountId, memberId }: Owner,
  now: Date,
): void {
  sendAhead(
    em,
    `insert into resource_ownership (organization_id, resource_id, account_id, member_id, since)
     values (?, ?, ?, ?, ?)`,
    [toUuid(organizationId), toUuid(id), toUuid(accountId), toUuid(memberId), now],
  );
}

/**
 * Makes retained users the owners of the resources that they owned before the transfer, and returns these resources.
 * Forgets who owned the other resources before the transfer, so that no later call assigns them.
 */
export async function assignRetainedOwners(
  em: EntityManager,
  organizationId: `org_${string}`,
  productId: `prd_${string}`,
  owners: readonly Owner[],
  now: Date,
): Promise<Resource[]> {
  const rows = await em.execute<{ id: string }[]>(
    `with assigned as (
       update resource
       set owner_account_id = owner.account_id, owner_member_id = owner.member_id, retained_owner_account_id = null
       from jsonb_to_recordset(?::jsonb) as owner (account_id uuid, member_id uuid)
       where organization_id = ? and product_id = ? and retained_owner_account_id = owner.account_id
       returning organization_id, id, owner_account_id, owner_member_id
     ), started as (
       insert into resource_ownership (organization_id, resource_id, account_id, member_id, since)
       select organization_id, id, owner_account_id, owner_member_id, ? from assigned
     )
     select id from assigned`,
    [
      JSON.stringify(
        owners.map(({ accountId, memberId }) => ({ account_id: toUuid(accountId), member_id: toUuid(memberId) })),
      ),
      toUuid(organizationId),
      toUuid(productId),
      now,
    ],
  );
  sendAhead(
    em,
    `update resource set retained_owner_account_id = null
     where organization_id = ? and product_id = ? and retained_owner_account_id is not null`,
    [toUuid(organizationId), toUuid(productId)],
  );
  // Loads the resources without the identity map: each published event makes the entity manager compare all entities
  // in the map with their loaded values.
  return em.find(
    Resource,
    { organizationId, id: { $in: rows.map(({ id }) => toId('res', id)) } },
    { orderBy: { id: 'asc' }, disableIdentityMap: true },
  );
}

/** Records the end of the ownership of resources in the history. */
export function endResourceOwnerships(
  em: EntityManager,
  organizationId: `org_${string}`,
  resources: readonly Resource[],
  now: Date,
): void {
  sendAhead(
    em,
    `update resource_ownership set until = ?
     where organization_id = ? and resource_id = any (?::uuid[]) and until is null`,
    [now, toUuid(organizationId), uuidList(resources.map(({ id }) => id))],
  );
}
