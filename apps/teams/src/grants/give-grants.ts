import { newId, toId, toUuid } from '@cordee/contracts/id';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import type { WriteContext } from '@cordee/service/background-transactions';
import { endGrants, SYSTEM_ACTOR } from './end-grants.ts';
import { columnsOf, columnRecord } from './grant-columns.ts';
import { Grant } from './grant.entity.ts';

type OrganizationId = `org_${string}`;
type Context = Pick<WriteContext, 'em' | 'now' | 'publish'>;

export interface GrantRequest {
  holder: SnapshotHolder;
  object: SnapshotObject;
  right: string;
  endsAt: string | null;
  reason: string | null;
}

/** The active grant of a request. `isNew` is true when the request created the grant. */
export interface GrantOutcome {
  grantId: `grt_${string}`;
  isNew: boolean;
}

/**
 * Creates the requested grants that do not exist yet, in one statement, and publishes one event per new grant. Ends
 * expired grants first, because an expired grant would prevent a new grant of the same right.
 */
export async function giveGrants(
  context: Context,
  organizationId: OrganizationId,
  givenBy: string,
  requests: readonly GrantRequest[],
): Promise<GrantOutcome[]> {
  const { em, now, publish } = context;
  if (requests.length === 0) return [];
  await endGrants(context, { organizationId, endsAt: { $lte: now } }, SYSTEM_ACTOR);
  const requested = requests.map(({ endsAt, reason, ...request }, index) => ({
    ...columnsOf(request),
    id: toUuid(newId('grt', now)),
    index,
    endsAt,
    reason,
  }));
  const inserted = await em.execute<{ id: string }[]>(
    `insert into access_grant (
       organization_id, id, holder_kind, holder_account_id, holder_member_id, holder_team_id, object_kind,
       product_type, product_id, resource_id, ownership_number, access_right, given_by, given_at, ends_at, reason
     )
     select ?, id, "holderKind", "holderAccountId", "holderMemberId", "holderTeamId", "objectKind",
       "productType", "productId", "resourceId", "ownershipNumber", "accessRight", ?, ?, "endsAt", reason
     from jsonb_to_recordset(?::jsonb) as requested (id uuid, ${columnRecord}, "endsAt" timestamptz, reason text)
     on conflict do nothing returning id`,
    [toUuid(organizationId), givenBy, now, JSON.stringify(requested)],
  );
  const grants = await em.find(
    Grant,
    { organizationId, id: { $in: inserted.map(({ id }) => toId('grt', id)) } },
    { orderBy: { id: 'asc' }, disableIdentityMap: true },
  );
  for (const grant of grants) await publish(grant.given());

  const newIds = new Set(inserted.map(({ id }) => id));
  const existingGrants = await em.execute<{ index: number; id: string }[]>(
    `select requested.index, existing.id from jsonb_to_recordset(?::jsonb) as requested (index integer, ${columnRecord})
     join access_grant existing on existing.organization_id = ? and existing.ended_at is null
       and existing.access_right = requested."accessRight"
       and (existing.holder_kind, existing.holder_member_id, existing.holder_team_id)
         is not distinct from (requested."holderKind", requested."holderMemberId", requested."holderTeamId")
       and (existing.object_kind, existing.product_type, existing.product_id, existing.resource_id,
         existing.ownership_number)
         is not distinct from (requested."objectKind", requested."productType", requested."productId",
           requested."resourceId", requested."ownershipNumber")
     order by requested.index`,
    [JSON.stringify(requested.filter(({ id }) => !newIds.has(id))), toUuid(organizationId)],
  );
  const outcomes = new Map<number, GrantOutcome>(
    requested.flatMap(({ id, index }) => (newIds.has(id) ? [[index, { grantId: toId('grt', id), isNew: true }]] : [])),
  );
  for (const { index, id } of existingGrants) outcomes.set(index, { grantId: toId('grt', id), isNew: false });
  // A request has no outcome when its grant existed at the insert and ended before the select. The retry creates it.
  const missing = requests.flatMap((request, index) => (outcomes.has(index) ? [] : [{ request, index }]));
  const retriedOutcomes = await giveGrants(
    context,
    organizationId,
    givenBy,
    missing.map(({ request }) => request),
  );
  for (const [position, { index }] of missing.entries()) outcomes.set(index, retriedOutcomes[position]!);
  return requests.map((_, index) => outcomes.get(index)!);
}
