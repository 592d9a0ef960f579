import { newId, toUuid } from '@cordee/contracts/id';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import type { WriteContext } from '@cordee/service/background-transactions';
import type { EntityManager } from '@mikro-orm/postgresql';
import { endExpiredGrants } from './end-grants.ts';
import { columnsOf, columnRecord } from './grant-columns.ts';
import type { Grant } from './grant.entity.ts';
import { mapGrants } from './map-grants.ts';

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
  grant: Grant;
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
  const requested = requests.map(({ endsAt, reason, ...request }, index) => ({
    ...columnsOf(request),
    id: toUuid(newId('grt', now)),
    index,
    endsAt,
    reason,
  }));
  const [, newGrants] = await Promise.all([
    endExpiredGrants(context, organizationId),
    insertGrants(em, now, organizationId, givenBy, requested),
  ]);
  await publish(newGrants.map((grant) => grant.given()));
  const newGrantsById = new Map(newGrants.map((grant) => [toUuid(grant.id), grant]));
  const outcomes = new Map<number, GrantOutcome>();
  for (const { id, index } of requested) {
    const grant = newGrantsById.get(id);
    if (grant) outcomes.set(index, { grant, isNew: true });
  }
  const remaining = requested.filter(({ index }) => !outcomes.has(index));
  for (const { index, grant } of await selectActiveGrants(em, organizationId, remaining))
    outcomes.set(index, { grant, isNew: false });

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

type RequestedRow = ReturnType<typeof columnsOf> & {
  id: string;
  index: number;
  endsAt: string | null;
  reason: string | null;
};

/** Inserts the grants that do not exist yet, and returns them in the order of their ids. */
async function insertGrants(
  em: EntityManager,
  now: Date,
  organizationId: OrganizationId,
  givenBy: string,
  requested: readonly RequestedRow[],
): Promise<Grant[]> {
  const rows = await em.execute(
    `with inserted as (
       insert into access_grant (
         organization_id, id, holder_kind, holder_account_id, holder_member_id, holder_team_id, object_kind,
         product_type, product_id, resource_id, ownership_number, access_right, given_by, given_at, ends_at, reason
       )
       select ?, id, "holderKind", "holderAccountId", "holderMemberId", "holderTeamId", "objectKind",
         "productType", "productId", "resourceId", "ownershipNumber", "accessRight", ?, ?, "endsAt", reason
       from jsonb_to_recordset(?::jsonb) as requested (id uuid, ${columnRecord}, "endsAt" timestamptz, reason text)
       on conflict do nothing returning *
     )
     select * from inserted order by id`,
    [toUuid(organizationId), givenBy, now, JSON.stringify(requested)],
  );
  return mapGrants(em, rows);
}

/** Selects the active grant of each request. */
async function selectActiveGrants(
  em: EntityManager,
  organizationId: OrganizationId,
  requested: readonly RequestedRow[],
): Promise<{ index: number; grant: Grant }[]> {
  if (requested.length === 0) return [];
  const rows = await em.execute<{ index: number }[]>(
    `select requested.index, active.* from jsonb_to_recordset(?::jsonb) as requested (index integer, ${columnRecord})
     join access_grant active on active.organization_id = ? and active.ended_at is null
       and active.access_right = requested."accessRight"
       and (active.holder_kind, active.holder_member_id, active.holder_team_id)
         is not distinct from (requested."holderKind", requested."holderMemberId", requested."holderTeamId")
       and (active.object_kind, active.product_type, active.product_id, active.resource_id, active.ownership_number)
         is not distinct from (requested."objectKind", requested."productType", requested."productId",
           requested."resourceId", requested."ownershipNumber")
     order by requested.index`,
    [JSON.stringify(requested), toUuid(organizationId)],
  );
  const grants = mapGrants(
    em,
    rows.map(({ index: _, ...row }) => row),
  );
  return rows.map(({ index }, position) => ({ index, grant: grants[position]! }));
}
