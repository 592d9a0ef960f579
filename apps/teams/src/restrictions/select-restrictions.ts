import type { People } from '@cordee/access/people';
import type { Output } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { listRestrictions } from '@cordee/contracts/teams/restriction';
import { instantOf, instantOrNull, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { holderOfRow, type SnapshotHolderRow } from '../grants/grant-columns.ts';

const ROW_LIMIT = 1_000;

interface RestrictionRow extends SnapshotHolderRow {
  product_id: string;
  resource_id: string;
  access_right: string | null;
  started_at: string;
  ends_at: string | null;
  set_by: string;
  reason: string | null;
}

/** A product in its current ownership period, optionally one resource in it, and the people of the organization. */
interface RestrictionScope {
  organizationId: `org_${string}`;
  productId: `prd_${string}`;
  ownershipNumber: number;
  resourceId?: `res_${string}` | undefined;
  people: People;
}

/** Selects the active restrictions of current holders in a product, newest first. */
export async function selectRestrictions(
  em: EntityManager,
  now: Date,
  { organizationId, productId, ownershipNumber, resourceId, people }: RestrictionScope,
): Promise<Output<typeof listRestrictions>['data']> {
  const rows = await em.execute<RestrictionRow[]>(
    `select holder_account_id, holder_member_id, holder_team_id, product_id, resource_id,
       access_right, started_at, ends_at, set_by, reason
     from restriction
     where organization_id = ? and product_id = ? and ownership_number = ?
     and resource_id = coalesce(?::uuid, resource_id)
       and ended_at is null and (ends_at is null or ends_at > ?)
     order by position desc limit ?`,
    [toUuid(organizationId), toUuid(productId), ownershipNumber, uuidOrNull(resourceId), now, ROW_LIMIT],
  );
  const isCurrentHolder = ({ holder_member_id: memberId }: RestrictionRow): boolean =>
    memberId === null || people.member(toId('mem', memberId)) !== undefined;
  return rows.filter(isCurrentHolder).map((row) => ({
    holder: holderOfRow(row),
    productId: toId('prd', row.product_id),
    resourceId: toId('res', row.resource_id),
    right: row.access_right,
    since: instantOf(row.started_at),
    endsAt: instantOrNull(row.ends_at),
    setBy: row.set_by,
    reason: row.reason,
  }));
}
