import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList } from '@cordee/service/database/sql-values';
import type { WriteContext } from '@cordee/service/background-transactions';
import { LockMode, type FilterQuery } from '@mikro-orm/postgresql';
import { Grant } from './grant.entity.ts';
import { mapGrants } from './map-grants.ts';

type OrganizationId = `org_${string}`;
type Context = Pick<WriteContext, 'em' | 'now' | 'publish'>;

/** The actor of changes that no person requested, for example when the end of an expired grant is recorded. */
export const SYSTEM_ACTOR = 'service:teams';

/** Ends the active grants that match the filter, and publishes one event per grant. Returns the number of grants. */
export async function endGrants(
  context: Context,
  filter: FilterQuery<Grant> & { organizationId: OrganizationId },
  endedBy: string,
): Promise<number> {
  // The identity map is disabled, because each published event would search all grants in the map.
  const grants = await context.em.find(
    Grant,
    { $and: [filter, { endedAt: null }] },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' }, disableIdentityMap: true },
  );
  await endLockedGrants(context, filter.organizationId, grants, endedBy);
  return grants.length;
}

/** Ends grants that the caller has locked, and publishes one event per grant. */
export async function endLockedGrants(
  { em, now, publish }: Context,
  organizationId: OrganizationId,
  grants: readonly Grant[],
  endedBy: string,
): Promise<void> {
  if (grants.length === 0) return;
  // The recorded end of an expired grant is its planned end.
  sendAhead(
    em,
    `update access_grant set ended_at = least(ends_at, ?::timestamptz), ended_by = ? where organization_id = ?
     and id = any(?::uuid[])`,
    [now, endedBy, toUuid(organizationId), uuidList(grants.map(({ id }) => id))],
  );
  await publish(grants.map((grant) => grant.ended()));
}

/** Ends the expired grants of an organization in one statement, and publishes one event per grant. */
export async function endExpiredGrants({ em, now, publish }: Context, organizationId: OrganizationId): Promise<void> {
  const rows = await em.execute(
    // Locks the rows in the order of their key, so that two transactions do not deadlock.
    `with expired_grant as (
       select id from access_grant where organization_id = ? and ended_at is null and ends_at <= ?
       order by id for update
     )
     update access_grant set ended_at = ends_at, ended_by = ? from expired_grant
     where organization_id = ? and access_grant.id = expired_grant.id returning access_grant.*`,
    [toUuid(organizationId), now, SYSTEM_ACTOR, toUuid(organizationId)],
  );
  await publish(mapGrants(em, rows).map((grant) => grant.ended()));
}
