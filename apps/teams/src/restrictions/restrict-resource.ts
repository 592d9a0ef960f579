import type { Input, Output } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import { inheritanceRestricted, type restrictResource as contract } from '@cordee/contracts/teams/restriction';
import { domainEvent } from '@cordee/outbox/publish';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import { instantOf, instantOrNull } from '@cordee/service/database/sql-values';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { holderColumns } from '../grants/grant-columns.ts';
import { SYSTEM_ACTOR } from '../grants/end-grants.ts';
import { endRestrictions } from './end-restrictions.ts';

/** The holder in the current membership period, and the resource in the current ownership period. */
interface RestrictionTarget {
  holder: SnapshotHolder;
  object: Extract<SnapshotObject, { kind: 'resource' }>;
}

interface ActiveRow {
  access_right: string | null;
  started_at: string;
  ends_at: string | null;
  set_by: string;
  reason: string | null;
}

/**
 * Sets the only restriction of a holder on a resource (ACC-1, PROD-2, C-TEAM-12). When the right or the end changes,
 * the active row is closed and a new row is inserted, so that past access can be explained.
 */
export async function restrictResource(
  context: CommandContext,
  input: Input<typeof contract>,
  target: RestrictionTarget,
): Promise<Output<typeof contract>> {
  const { em, now, accountId, publish } = context;
  const { organizationId, productId, resourceId, holder, right, reason } = input;
  const endsAt = instantOrNull(input.endsAt);
  const restriction = { holder, productId, resourceId, right, endsAt };
  // The lock serializes concurrent calls, so that only one active row remains.
  await advisoryLock(em, `restriction ${organizationId} ${JSON.stringify(target)}`);
  // Ends expired rows first, because a row counts as active until its end is recorded.
  await endRestrictions(context, organizationId, { resourceId, expiredAt: now }, SYSTEM_ACTOR);
  const active = await closeUnlessEqual(context, organizationId, target, { right, endsAt });
  if (active)
    return { ...restriction, since: instantOf(active.started_at), setBy: active.set_by, reason: active.reason };

  const columns = holderColumns(target.holder);
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
      target.object.ownershipNumber,
      right,
      now,
      endsAt,
      accountId,
      reason,
    ],
  );
  await publish(domainEvent(inheritanceRestricted, { organizationId, ...restriction }));
  return { ...restriction, since: now.toISOString(), setBy: accountId, reason };
}

/** Returns the active row when its right and its end are equal to the input. Otherwise closes the row. */
async function closeUnlessEqual(
  { em, now, accountId }: CommandContext,
  organizationId: `org_${string}`,
  { holder, object }: RestrictionTarget,
  { right, endsAt }: { right: string | null; endsAt: string | null },
): Promise<ActiveRow | undefined> {
  const columns = holderColumns(holder);
  const activeRowCondition = `organization_id = ? and resource_id = ? and ownership_number = ? and ended_at is null
    and (holder_kind, holder_member_id, holder_team_id) is not distinct from (?::text, ?::uuid, ?::uuid)`;
  const conditionValues = [
    toUuid(organizationId),
    toUuid(object.resourceId),
    object.ownershipNumber,
    columns.holderKind,
    columns.holderMemberId,
    columns.holderTeamId,
  ];
  const [active] = await em.execute<ActiveRow[]>(
    `select access_right, started_at, ends_at, set_by, reason from restriction where ${activeRowCondition} for update`,
    conditionValues,
  );
  if (active && active.access_right === right && instantOrNull(active.ends_at) === endsAt) return active;
  if (active)
    await em.execute(`update restriction set ended_at = ?, lifted_by = ? where ${activeRowCondition}`, [
      now,
      accountId,
      ...conditionValues,
    ]);
  return undefined;
}
