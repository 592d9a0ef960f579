import type { Input, Output } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import { inheritanceRestricted, type restrictResource as contract } from '@cordee/contracts/teams/restriction';
import { domainEvent } from '@cordee/outbox/publish';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import { instantOf, instantOrNull } from '@cordee/service/database/sql-values';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { holderColumns } from '../grants/grant-columns.ts';
import { endRestrictions } from './end-restrictions.ts';

/** The holder and the resource as facts name them. */
interface Place {
  holder: SnapshotHolder;
  object: Extract<SnapshotObject, { kind: 'resource' }>;
}

interface StandingRow {
  access_right: string | null;
  started_at: string;
  ends_at: string | null;
  set_by: string;
  reason: string | null;
}

/**
 * Sets the one override of a holder on a resource (ACC-1, PROD-2, C-TEAM-12). Another right or end closes the row and
 * opens a new one, so that the past can be explained.
 */
export async function restrictResource(
  context: CommandContext,
  input: Input<typeof contract>,
  place: Place,
): Promise<Output<typeof contract>> {
  const { em, now, accountId, publish } = context;
  const { organizationId, productId, resourceId, holder, right, reason } = input;
  const endsAt = instantOrNull(input.endsAt);
  const view = { holder, productId, resourceId, right, endsAt };
  // Two who set at once set one after the other, so that one of them stands.
  await advisoryLock(em, `restriction ${organizationId} ${JSON.stringify(place)}`);
  await endRestrictions(context, organizationId, { resourceId, lapsedAt: now }, 'service:teams');
  const standing = await closeUnlessSame(context, organizationId, place, { right, endsAt });
  if (standing)
    return { ...view, since: instantOf(standing.started_at), setBy: standing.set_by, reason: standing.reason };

  const columns = holderColumns(place.holder);
  await em.execute(
    `insert into restriction (
       organization_id, holder_kind, holder_account_id, holder_member_id, holder_team_id,
       product_id, resource_id, ownership_number, access_right, started_at, ends_at, set_by, reason
     ) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      toUuid(organizationId),
      columns.holderKind,
      columns.holderAccountId,
      columns.holderMemberId,
      columns.holderTeamId,
      toUuid(productId),
      toUuid(resourceId),
      place.object.ownershipNumber,
      right,
      now,
      endsAt,
      accountId,
      reason,
    ],
  );
  await publish(domainEvent(inheritanceRestricted, { organizationId, ...view }));
  return { ...view, since: now.toISOString(), setBy: accountId, reason };
}

/** The standing row where it has this right and end already; any other is closed. */
async function closeUnlessSame(
  { em, now, accountId }: CommandContext,
  organizationId: `org_${string}`,
  { holder, object }: Place,
  { right, endsAt }: { right: string | null; endsAt: string | null },
): Promise<StandingRow | undefined> {
  const columns = holderColumns(holder);
  const key = `organization_id = ? and resource_id = ? and ownership_number = ? and ended_at is null
    and (holder_kind, holder_member_id, holder_team_id) is not distinct from (?::text, ?::uuid, ?::uuid)`;
  const values = [
    toUuid(organizationId),
    toUuid(object.resourceId),
    object.ownershipNumber,
    columns.holderKind,
    columns.holderMemberId,
    columns.holderTeamId,
  ];
  const [standing] = await em.execute<StandingRow[]>(
    `select access_right, started_at, ends_at, set_by, reason from restriction where ${key} for update`,
    values,
  );
  if (standing && standing.access_right === right && instantOrNull(standing.ends_at) === endsAt) return standing;
  if (standing)
    await em.execute(`update restriction set ended_at = ?, lifted_by = ? where ${key}`, [now, accountId, ...values]);
  return undefined;
}
