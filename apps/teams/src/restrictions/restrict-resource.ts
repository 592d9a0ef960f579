import type { Input, Output } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import { inheritanceRestricted, type restrictResource as contract } from '@cordee/contracts/teams/restriction';
import { domainEvent } from '@cordee/outbox/publish';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import { instantOf, instantOrNull } from '@cordee/service/database/sql-values';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { holderColumns } from '../grants/grant-columns.ts';
import { replaceGrants } from '../grants/replace-grants.ts';
import { endRestrictions } from './end-restrictions.ts';

/** The holder and the resource as facts name them. */
interface Place {
  holder: SnapshotHolder;
  object: Extract<SnapshotObject, { kind: 'resource' }>;
}

interface StandingRow {
  position: string;
  grant_id: string | null;
  started_at: string;
  ends_at: string | null;
  set_by: string;
}

/**
 * From now on nothing is inherited on the resource, and in what lies in it, by way of the holder; one right is given there instead, or none
 * (PROD-2, C-TEAM-12). What the restriction before gave is replaced; what was given on the resource without one stays where it is the same right.
 */
export async function restrictResource(
  context: CommandContext,
  input: Input<typeof contract>,
  place: Place,
): Promise<Output<typeof contract>> {
  const { em, now, accountId, publish } = context;
  const { organizationId, productId, resourceId, holder, right, reason } = input;
  const endsAt = instantOrNull(input.endsAt);
  await endRestrictions(context, organizationId, { resourceId, lapsedAt: now }, 'service:teams');
  const [given] = await replaceGrants(context, {
    organizationId,
    ...place,
    rights: right === null ? [] : [right],
    endsAt,
    reason,
  });
  const standing = await findStanding(context, organizationId, place);
  const view = { holder, productId, resourceId, right, endsAt };
  // Where the right differed from before, it has been given just now, or taken.
  const isSame =
    standing !== undefined &&
    instantOrNull(standing.ends_at) === endsAt &&
    !given?.isNew &&
    (right !== null || standing.grant_id === null);
  if (isSame) return { ...view, since: instantOf(standing.started_at), setBy: standing.set_by };

  const columns = holderColumns(place.holder);
  await em.execute(
    `update restriction set ended_at = ?, lifted_by = ? where organization_id = ? and position = ?::bigint`,
    [now, accountId, toUuid(organizationId), standing?.position ?? null],
  );
  const own = given && toUuid(given.grantId);
  // What stood there without a restriction is not this one's to take.
  const grantId = given?.isNew || own === standing?.grant_id ? own : null;
  await em.execute(
    `insert into restriction (organization_id, holder_kind, holder_account_id, holder_member_id, holder_team_id, product_id, resource_id, ownership_number, grant_id, started_at, ends_at, set_by)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      toUuid(organizationId),
      columns.holderKind,
      columns.holderAccountId,
      columns.holderMemberId,
      columns.holderTeamId,
      toUuid(productId),
      toUuid(resourceId),
      place.object.ownershipNumber,
      grantId ?? null,
      now,
      endsAt,
      accountId,
    ],
  );
  await publish(domainEvent(inheritanceRestricted, { organizationId, ...view }));
  return { ...view, since: now.toISOString(), setBy: accountId };
}

async function findStanding(
  { em }: CommandContext,
  organizationId: `org_${string}`,
  { holder, object }: Place,
): Promise<StandingRow | undefined> {
  const columns = holderColumns(holder);
  const [standing] = await em.execute<StandingRow[]>(
    `select position, grant_id, started_at, ends_at, set_by from restriction
     where organization_id = ? and resource_id = ? and ownership_number = ? and ended_at is null and (holder_kind, holder_member_id, holder_team_id) is not distinct from (?::text, ?::uuid, ?::uuid) for update`,
    [
      toUuid(organizationId),
      toUuid(object.resourceId),
      object.ownershipNumber,
      columns.holderKind,
      columns.holderMemberId,
      columns.holderTeamId,
    ],
  );
  return standing;
}
