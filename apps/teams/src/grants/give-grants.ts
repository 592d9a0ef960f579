import { newId, toId, toUuid } from '@cordee/contracts/id';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import type { WriteContext } from '@cordee/service/background-transactions';
import { endGrants } from './end-grants.ts';
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

/** The active grant of a request, and whether it was created by the request. */
export interface GrantOutcome {
  grantId: `grt_${string}`;
  isNew: boolean;
}

/**
 * Creates the grants that do not exist yet, in one statement, and publishes an event for each. It ends expired grants
 * first.
 */
export async function giveGrants(
  context: Context,
  organizationId: OrganizationId,
  givenBy: string,
  requests: readonly GrantRequest[],
): Promise<GrantOutcome[]> {
  const { em, now, publish } = context;
  if (requests.length === 0) return [];
  await endGrants(context, { organizationId, endsAt: { $lte: now } }, 'service:teams');
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

  const isNew = new Set(inserted.map(({ id }) => id));
  const existing = await em.execute<{ index: number; id: string }[]>(
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
    [JSON.stringify(requested.filter(({ id }) => !isNew.has(id))), toUuid(organizationId)],
  );
  const results = new Map<number, GrantOutcome>(
    requested.flatMap(({ id, index }) => (isNew.has(id) ? [[index, { grantId: toId('grt', id), isNew: true }]] : [])),
  );
  for (const { index, id } of existing) results.set(index, { grantId: toId('grt', id), isNew: false });
  // A grant that existed at the insert was ended concurrently, so the request can be granted now.
  const missing = requests.flatMap((request, index) => (results.has(index) ? [] : [{ request, index }]));
  const retried = await giveGrants(
    context,
    organizationId,
    givenBy,
    missing.map(({ request }) => request),
  );
  for (const [position, { index }] of missing.entries()) results.set(index, retried[position]!);
  return requests.map((_, index) => results.get(index)!);
}
