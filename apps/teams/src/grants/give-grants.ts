import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-facts';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import type { CommandContext } from '@cordee/service/handles';
import { endGrants } from './end-grants.ts';
import { columnsOf } from './grant-columns.ts';
import { Grant } from './grant.entity.ts';

type OrganizationId = `org_${string}`;

export interface GrantRequest {
  holder: GrantHolder;
  object: GrantObject;
  right: string;
  endsAt: string | null;
  reason: string | null;
}

/** Gives what is not given yet, in one statement, and reports each. What has lapsed by its own end makes room first. */
export async function giveGrants(context: CommandContext, organizationId: OrganizationId, givenBy: string, requests: readonly GrantRequest[]): Promise<void> {
  const { em, now, publish } = context;
  if (requests.length === 0) return;
  await endGrants(context, { organizationId, endsAt: { $lte: now } }, 'service:teams');
  const rows = requests.map((request) => {
    const { holderAccountId, holderTeamId, productId, resourceId, ...rest } = columnsOf(request);
    return {
      ...rest, endsAt: request.endsAt, reason: request.reason, id: toUuid(newId('grt', now)), holderAccountId: holderAccountId && toUuid(holderAccountId), holderTeamId: holderTeamId && toUuid(holderTeamId),
      productId: productId && toUuid(productId), resourceId: resourceId && toUuid(resourceId),
    };
  });
  const given = await em.execute<{ id: string }[]>(
    `insert into access_grant (organization_id, id, holder_kind, holder_account_id, holder_team_id, object_kind, product_type, product_id, resource_id, access_right, given_by, given_at, ends_at, reason)
     select ?, id, "holderKind", "holderAccountId", "holderTeamId", "objectKind", "productType", "productId", "resourceId", "accessRight", ?, ?, "endsAt", reason
     from jsonb_to_recordset(?::jsonb) as wanted (
       id uuid, "holderKind" text, "holderAccountId" uuid, "holderTeamId" uuid, "objectKind" text, "productType" text, "productId" uuid, "resourceId" uuid, "accessRight" text,
       "endsAt" timestamptz, reason text)
     on conflict do nothing returning id`,
    [toUuid(organizationId), givenBy, now, JSON.stringify(rows)],
  );
  const grants = await em.find(Grant, { organizationId, id: { $in: given.map(({ id }) => toId('grt', id)) } }, { orderBy: { id: 'asc' } });
  for (const grant of grants) await publish(grant.given());
}

/** The standing grant of exactly this. */
export const findStanding = ({ em }: Pick<CommandContext, 'em'>, organizationId: OrganizationId, request: GrantRequest): Promise<Grant> =>
  em.findOneOrFail(Grant, { organizationId, ...columnsOf(request), endedAt: null });
