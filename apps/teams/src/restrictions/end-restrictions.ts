import { toId, toUuid } from '@cordee/contracts/id';
import type { SnapshotHolder } from '@cordee/contracts/teams/grant-snapshot';
import { inheritanceRestored } from '@cordee/contracts/teams/restriction';
import { domainEvent } from '@cordee/outbox/publish';
import { instantOf, uuidOrNull } from '@cordee/service/database/sql-values';
import type { WriteContext } from '@cordee/service/background-transactions';
import { holderColumnValues, holderOfRow, type HolderRow } from '../grants/grant-columns.ts';

/** Selects the restrictions that match all fields that are set. */
export interface RestrictionFilter {
  holder?: SnapshotHolder | undefined;
  teamId?: `team_${string}`;
  memberId?: `mem_${string}`;
  productId?: `prd_${string}`;
  resourceId?: `res_${string}`;
  ownershipNumber?: number;
  /** Selects restrictions that had expired at this instant. */
  expiredAt?: Date;
}

interface EndedRow extends HolderRow {
  product_id: string;
  resource_id: string;
  ended_at: string;
}

/**
 * Ends the active restrictions that match the filter, in one statement, and publishes one event per restriction.
 * Returns the number of ended restrictions.
 */
export async function endRestrictions(
  context: Pick<WriteContext, 'em' | 'now' | 'publish'>,
  organizationId: `org_${string}`,
  filter: RestrictionFilter,
  liftedBy: string,
): Promise<number> {
  const { em, now, publish } = context;
  const { holder, teamId, memberId, productId, resourceId, ownershipNumber, expiredAt } = filter;
  const columns = holder && holderColumnValues(holder);
  // The recorded end of an expired restriction is its planned end.
  const rows = await em.execute<EndedRow[]>(
    `update restriction set ended_at = least(ends_at, ?::timestamptz), lifted_by = ?
     where organization_id = ? and ended_at is null
       and (?::text is null or (holder_kind, holder_member_id, holder_team_id) is not distinct
       from (?::text, ?::uuid, ?::uuid))
       and (?::uuid is null or holder_team_id = ?::uuid) and (?::uuid is null or holder_member_id = ?::uuid)
       and product_id = coalesce(?::uuid, product_id) and resource_id = coalesce(?::uuid, resource_id)
       and ownership_number = coalesce(?::integer, ownership_number) and (?::timestamptz is null
       or ends_at <= ?::timestamptz)
     returning holder_account_id, holder_team_id, product_id, resource_id, ended_at`,
    [
      now,
      liftedBy,
      toUuid(organizationId),
      columns?.holderKind ?? null,
      columns?.holderKind ?? null,
      columns?.holderMemberId ?? null,
      columns?.holderTeamId ?? null,
      uuidOrNull(teamId),
      uuidOrNull(teamId),
      uuidOrNull(memberId),
      uuidOrNull(memberId),
      uuidOrNull(productId),
      uuidOrNull(resourceId),
      ownershipNumber ?? null,
      expiredAt ?? null,
      expiredAt ?? null,
    ],
  );
  if (rows.length === 0) return 0;
  await publish(
    rows.map((row) =>
      domainEvent(inheritanceRestored, {
        organizationId,
        productId: toId('prd', row.product_id),
        resourceId: toId('res', row.resource_id),
        holder: holderOfRow(row),
        since: instantOf(row.ended_at),
      }),
    ),
  );
  return rows.length;
}
