import type { Input, Output } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import type { SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';
import { inheritanceRestricted, type restrictResource as contract } from '@cordee/contracts/teams/restriction';
import { domainEvent } from '@cordee/outbox/publish';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import { sendAhead } from '@cordee/service/database/orm';
import { instantOf, instantOrNull } from '@cordee/service/database/sql-values';
import type { CommandContext } from '@cordee/service/handler-decorators';
import type { EntityManager } from '@mikro-orm/postgresql';
import { holderColumnValues } from '../grants/grant-columns.ts';
import { SYSTEM_ACTOR } from '../grants/end-grants.ts';
import { endRestrictions } from './end-restrictions.ts';

/** The holder in the current membership period, and the resource in the current ownership period. */
interface RestrictionTarget {
  holder: SnapshotHolder;
  object: Extract<SnapshotObject, { kind: 'resource' }>;
}

interface ActiveRow {
  position: string;
  access_right: string | null;
  started_at: string;
  ends_at: string | null;
  set_by: string;
  reason: string | null;
}

/**
 * Sets the restriction of a holder on a resource (ACC-1, PROD-2). A holder has at most one restriction on a resource.
 * When the right or the end changes, the active row is ended and a new row is inserted, so that past access can be
 * explained.
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
  // The transaction sends the statements in this order on one connection.
  const [, , activeRow] = await Promise.all([
    // The lock serializes concurrent calls, so that only one active row remains.
    advisoryLock(em, `restriction ${organizationId} ${JSON.stringify(target)}`),
    // Ends expired rows first, because a row counts as active until its end is recorded.
    endRestrictions(context, organizationId, { resourceId, expiredAt: now }, SYSTEM_ACTOR),
    findActiveRow(em, organizationId, target),
  ]);
  if (activeRow && activeRow.access_right === right && instantOrNull(activeRow.ends_at) === endsAt)
    return {
      ...restriction,
      since: instantOf(activeRow.started_at),
      setBy: activeRow.set_by,
      reason: activeRow.reason,
    };

  if (activeRow)
    sendAhead(em, `update restriction set ended_at = ?, lifted_by = ? where organization_id = ? and position = ?`, [
      now,
      accountId,
      toUuid(organizationId),
      activeRow.position,
    ]);
  const columns = holderColumnValues(target.holder);
  sendAhead(
    em,
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

/** Finds the active restriction of the holder on the resource, and locks its row. */
async function findActiveRow(
  em: EntityManager,
  organizationId: `org_${string}`,
  { holder, object }: RestrictionTarget,
): Promise<ActiveRow | undefined> {
  const columns = holderColumnValues(holder);
  const [activeRow] = await em.execute<ActiveRow[]>(
    `select position, access_right, started_at, ends_at, set_by, reason from restriction
     where organization_id = ? and resource_id = ? and ownership_number = ? and ended_at is null
       and (holder_kind, holder_member_id, holder_team_id) is not distinct from (?::text, ?::uuid, ?::uuid)
     for update`,
    [
      toUuid(organizationId),
      toUuid(object.resourceId),
      object.ownershipNumber,
      columns.holderKind,
      columns.holderMemberId,
      columns.holderTeamId,
    ],
  );
  return activeRow;
}
