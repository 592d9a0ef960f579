import { toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { WriteContext } from '@cordee/service/background-transactions';
import { LockMode, type FilterQuery } from '@mikro-orm/postgresql';
import { Grant } from './grant.entity.ts';

/** The actor of changes that no person requested, for example when the end of an expired grant is recorded. */
export const SYSTEM_ACTOR = 'service:teams';

/** Ends the active grants that match `where`, and publishes one event per grant. Returns the number of these grants. */
export async function endGrants(
  { em, now, publish }: Pick<WriteContext, 'em' | 'now' | 'publish'>,
  where: FilterQuery<Grant> & { organizationId: `org_${string}` },
  endedBy: string,
): Promise<number> {
  // The identity map is disabled, because each published event would search all grants in the map.
  const grants = await em.find(
    Grant,
    { $and: [where, { endedAt: null }] },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' }, disableIdentityMap: true },
  );
  if (grants.length === 0) return 0;
  // The recorded end of an expired grant is its planned end.
  await em.execute(
    `update access_grant set ended_at = least(ends_at, ?::timestamptz), ended_by = ? where organization_id = ?
     and id = any(?::uuid[])`,
    [now, endedBy, toUuid(where.organizationId), uuidList(grants.map(({ id }) => id))],
  );
  for (const grant of grants) await publish(grant.ended());
  return grants.length;
}
