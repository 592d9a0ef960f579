import { newId, toUuid } from '@cordee/contracts/id';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import type { WriteContext } from '@cordee/service/background-transactions';
import type { EntityManager } from '@mikro-orm/postgresql';
import { endExpiredGrants } from './end-grants.ts';
import { grantColumnValues, grantColumnTypesSql } from './grant-columns.ts';
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
  const requestedRows = requests.map(({ endsAt, reason, ...request }, index) => ({
    ...grantColumnValues(request),
    id: toUuid(newId('grt', now)),
    index,
    endsAt,
    reason,
  }));
  const [, newGrants] = await Promise.all([
    endExpiredGrants(context, organizationId),
    insertGrants(em, now, organizationId, givenBy, requestedRows),
  ]);
  await publish(newGrants.map((grant) => grant.given()));
  const newGrantsById = new Map(newGrants.map((grant) => [toUuid(grant.id), grant]));
  const outcomes = new Map<number, GrantOutcome>();
  for (const { id, index } of requestedRows) {
    const grant = newGrantsById.get(id);
    if (grant) outcomes.set(index, { grant, status: 'given' });
  }
  const rowsWithoutNewGrant = requestedRows.filter(({ index }) => !outcomes.has(index));
  const existingGrantOutcomes = await prolongGrants(em, organizationId, rowsWithoutNewGrant);
  await publish(
    existingGrantOutcomes.filter(({ status }) => status === 'prolonged').map(({ grant }) => grant.prolonged()),
  );
  for (const { index, ...outcome } of existingGrantOutcomes) outcomes.set(index, outcome);

  // A request has no outcome when its grant existed at the insert and ended before `prolongGrants` read the grant. The
  // retry creates a new grant.
  const requestsWithoutOutcome = requests.flatMap((request, index) =>
    outcomes.has(index) ? [] : [{ request, index }],
  );
  const retriedOutcomes = await giveGrants(
    context,
    organizationId,
    givenBy,
    requestsWithoutOutcome.map(({ request }) => request),
  );
  for (const [position, { index }] of requestsWithoutOutcome.entries()) outcomes.set(index, retriedOutcomes[position]!);
  return requests.map((_, index) => outcomes.get(index)!);
}

type RequestedRow = ReturnType<typeof grantColumnValues> & {
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
  requestedRows: readonly RequestedRow[],
): Promise<Grant[]> {
  const rows = await em.execute(
    `with inserted_grant as (
       insert into access_grant (
         organization_id, id, holder_kind, holder_account_id, holder_member_id, holder_team_id, object_kind,
         product_type, product_id, resource_id, ownership_number, access_right, given_by, given_at, ends_at, reason
       )
       select ?, id, "holderKind", "holderAccountId", "holderMemberId", "holderTeamId", "objectKind",
         "productType", "productId", "resourceId", "ownershipNumber", "accessRight", ?, ?, "endsAt", reason
       from jsonb_to_recordset(?::jsonb) as request (
         id uuid, ${grantColumnTypesSql}, "endsAt" timestamptz, reason text
       )
       on conflict do nothing returning *
     )
     select * from inserted_grant order by id`,
    [toUuid(organizationId), givenBy, now, JSON.stringify(requestedRows)],
  );
  return mapGrants(em, rows);
}

/** Returns the active grant of each request. Prolongs the grants whose end is earlier than requested. */
async function prolongGrants(
  em: EntityManager,
  organizationId: OrganizationId,
  requestedRows: readonly RequestedRow[],
): Promise<({ index: number } & GrantOutcome)[]> {
  if (requestedRows.length === 0) return [];
  const endsEarlierSql = `active_grant.ends_at is not null
    and (request."endsAt" is null or active_grant.ends_at < request."endsAt")`;
  const isSameGrantSql = `active_grant.ended_at is null and active_grant.access_right = request."accessRight"
    and (active_grant.holder_kind, active_grant.holder_member_id, active_grant.holder_team_id)
      is not distinct from (request."holderKind", request."holderMemberId", request."holderTeamId")
    and (active_grant.object_kind, active_grant.product_type, active_grant.product_id, active_grant.resource_id,
        active_grant.ownership_number)
      is not distinct from (request."objectKind", request."productType", request."productId",
        request."resourceId", request."ownershipNumber")`;
  const rows = await em.execute<{ index: number; status: GrantOutcome['status'] }[]>(
    `with request as (
       select * from jsonb_to_recordset(?::jsonb) as request (
         index integer, ${grantColumnTypesSql}, "endsAt" timestamptz
       )
     ), prolonged_grant as (
       update access_grant active_grant set ends_at = request."endsAt" from request
       where active_grant.organization_id = ? and ${isSameGrantSql} and ${endsEarlierSql}
       returning request.index, active_grant.*
     )
     select 'prolonged' as status, prolonged_grant.* from prolonged_grant
     union all
     select 'already_given', request.index, active_grant.* from request
     join access_grant active_grant on active_grant.organization_id = ? and ${isSameGrantSql}
     where not (${endsEarlierSql})
     order by index`,
    [JSON.stringify(requestedRows), toUuid(organizationId), toUuid(organizationId)],
  );
  const grants = mapGrants(
    em,
    rows.map(({ index: _, status: __, ...row }) => row),
  );
  return rows.map(({ index, status }, position) => ({ index, status, grant: grants[position]! }));
}
