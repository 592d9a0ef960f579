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

/** What came of a request: the grant that stands, and whether it was given just now. */
export interface GrantOutcome {
  grantId: `grt_${string}`;
  isNew: boolean;
}

/** Gives what is not given yet, in one statement, and reports each. What has lapsed by its own end makes room first. */
export async function giveGrants(
  context: Context,
  organizationId: OrganizationId,
  givenBy: string,
  requests: readonly GrantRequest[],
): Promise<GrantOutcome[]> {
  const { em, now, publish } = context;
  if (requests.length === 0) return [];
  await endGrants(context, { organizationId, endsAt: { $lte: now } }, 'service:teams');
  const wanted = requests.map(({ endsAt, reason, ...request }, index) => ({
    ...columnsOf(request),
    id: toUuid(newId('grt', now)),
    index,
    endsAt,
    reason,
  }));
  const given = await em.execute<{ id: string }[]>(
    `insert into access_grant (organization_id, id, holder_kind, holder_account_id, holder_member_id, holder_team_id, object_kind, product_type, product_id, resource_id, ownership_number, access_right, given_by, given_at, ends_at, reason)
     select ?, id, "holderKind", "holderAccountId", "holderMemberId", "holderTeamId", "objectKind", "productType", "productId", "resourceId", "ownershipNumber", "accessRight", ?, ?, "endsAt", reason
     from jsonb_to_recordset(?::jsonb) as wanted (id uuid, ${columnRecord}, "endsAt" timestamptz, reason text)
     on conflict do nothing returning id`,
    [toUuid(organizationId), givenBy, now, JSON.stringify(wanted)],
  );
  const grants = await em.find(
    Grant,
    { organizationId, id: { $in: given.map(({ id }) => toId('grt', id)) } },
    { orderBy: { id: 'asc' }, disableIdentityMap: true },
  );
  for (const grant of grants) await publish(grant.given());

  const isNew = new Set(given.map(({ id }) => id));
  const standing = await em.execute<{ index: number; id: string }[]>(
    `select wanted.index, standing.id from jsonb_to_recordset(?::jsonb) as wanted (index integer, ${columnRecord})
     join access_grant standing on standing.organization_id = ? and standing.ended_at is null and standing.access_right = wanted."accessRight"
       and (standing.holder_kind, standing.holder_member_id, standing.holder_team_id) is not distinct from (wanted."holderKind", wanted."holderMemberId", wanted."holderTeamId")
       and (standing.object_kind, standing.product_type, standing.product_id, standing.resource_id, standing.ownership_number)
         is not distinct from (wanted."objectKind", wanted."productType", wanted."productId", wanted."resourceId", wanted."ownershipNumber")
     order by wanted.index`,
    [JSON.stringify(wanted.filter(({ id }) => !isNew.has(id))), toUuid(organizationId)],
  );
  const results = new Map<number, GrantOutcome>(
    wanted.flatMap(({ id, index }) => (isNew.has(id) ? [[index, { grantId: toId('grt', id), isNew: true }]] : [])),
  );
  for (const { index, id } of standing) results.set(index, { grantId: toId('grt', id), isNew: false });
  // One that stood a moment ago was ended by somebody else: then there is room for it now.
  const missing = requests.flatMap((request, index) => (results.has(index) ? [] : [{ request, index }]));
  const late = await giveGrants(
    context,
    organizationId,
    givenBy,
    missing.map(({ request }) => request),
  );
  for (const [place, { index }] of missing.entries()) results.set(index, late[place]!);
  return requests.map((_, index) => results.get(index)!);
}
