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

/** The active grant of a request, and what the request has done to it. */
export interface GrantOutcome {
  grant: Grant;
  status: 'given' | 'prolonged' | 'already_given';
}

/**
 * Creates the requested grants that do not exist yet, prolongs the existing grants whose end is earlier than requested,
 * and publishes one event per new or prolonged grant. Ends expired grants first, because an expired grant would prevent
 * a new grant of the same right.
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
    if (grant) outcomes.set(index, { grant, status: 'given' });
  }
  const remaining = requested.filter(({ index }) => !outcomes.has(index));
  const existing = await prolongGrants(em, organizationId, remaining);
  await publish(existing.filter(({ status }) => status === 'prolonged').map(({ grant }) => grant.prolonged()));
  for (const { index, ...outcome } of existing) outcomes.set(index, outcome);

  // A request has no outcome when its grant existed at the insert and ended meanwhile. The retry creates it.
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

/** Returns the active grant of each request. Prolongs the grants whose end is earlier than requested. */
async function prolongGrants(
  em: EntityManager,
  organizationId: OrganizationId,
  requested: readonly RequestedRow[],
): Promise<({ index: number } & GrantOutcome)[]> {
  if (requested.length === 0) return [];
  const endsEarlier = `active.ends_at is not null
    and (requested."endsAt" is null or active.ends_at < requested."endsAt")`;
  const isSameGrant = `active.ended_at is null and active.access_right = requested."accessRight"
    and (active.holder_kind, active.holder_member_id, active.holder_team_id)
      is not distinct from (requested."holderKind", requested."holderMemberId", requested."holderTeamId")
    and (active.object_kind, active.product_type, active.product_id, active.resource_id, active.ownership_number)
      is not distinct from (requested."objectKind", requested."productType", requested."productId",
        requested."resourceId", requested."ownershipNumber")`;
  const rows = await em.execute<{ index: number; status: GrantOutcome['status'] }[]>(
    `with requested as (
       select * from jsonb_to_recordset(?::jsonb) as requested (index integer, ${columnRecord}, "endsAt" timestamptz)
     ), prolonged as (
       update access_grant active set ends_at = requested."endsAt" from requested
       where active.organization_id = ? and ${isSameGrant} and ${endsEarlier}
       returning requested.index, active.*
     )
     select 'prolonged' as status, prolonged.* from prolonged
     union all
     select 'already_given', requested.index, active.* from requested
     join access_grant active on active.organization_id = ? and ${isSameGrant}
     where not (${endsEarlier})
     order by index`,
    [JSON.stringify(requested), toUuid(organizationId), toUuid(organizationId)],
  );
  const grants = mapGrants(
    em,
    rows.map(({ index: _, status: __, ...row }) => row),
  );
  return rows.map(({ index, status }, position) => ({ index, status, grant: grants[position]! }));
}
