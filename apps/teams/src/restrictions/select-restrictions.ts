import type { People } from '@cordee/access/people';
import type { Output } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { listRestrictions } from '@cordee/contracts/teams/restriction';
import { instantOf, instantOrNull, uuidOrNull } from '@cordee/service/database/sql-values';
import { cutPage } from '@cordee/service/list-cursor';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { holderOfRow, type SnapshotHolderRow } from '../grants/grant-columns.ts';

/** The position of a restriction in the order of creation: a bigint. */
export const RestrictionPosition = z.string().regex(/^\d{1,18}$/);

interface RestrictionRow extends SnapshotHolderRow {
  position: string;
  product_id: string;
  resource_id: string;
  access_right: string | null;
  started_at: string;
  ends_at: string | null;
  set_by: string;
  reason: string | null;
}

/** One page of the restrictions in the current ownership period of a product, optionally only those on one resource. */
interface RestrictionPageRequest {
  organizationId: `org_${string}`;
  productId: `prd_${string}`;
  ownershipNumber: number;
  resourceId?: `res_${string}` | undefined;
  people: People;
  /** The position of the last row of the previous page. */
  beforePosition: string | undefined;
  limit: number;
}

/**
 * Selects a page of the active restrictions in a product, newest first. Restrictions of former members are left out, so
 * a page can have fewer rows than its limit.
 */
export async function selectRestrictions(
  em: EntityManager,
  now: Date,
  { organizationId, productId, ownershipNumber, resourceId, people, beforePosition, limit }: RestrictionPageRequest,
): Promise<Output<typeof listRestrictions>> {
  const restrictions = await em.execute<RestrictionRow[]>(
    `select position, holder_account_id, holder_member_id, holder_team_id, product_id, resource_id,
       access_right, started_at, ends_at, set_by, reason
     from restriction
     where organization_id = ? and product_id = ? and ownership_number = ?
     and resource_id = coalesce(?::uuid, resource_id)
       and ended_at is null and (ends_at is null or ends_at > ?)
       and position < coalesce(?::bigint, 9223372036854775807)
     order by position desc limit ?`,
    [
      toUuid(organizationId),
      toUuid(productId),
      ownershipNumber,
      uuidOrNull(resourceId),
      now,
      beforePosition ?? null,
      limit + 1,
    ],
  );
  const { rows, nextCursor } = cutPage(restrictions, limit, ({ position }) => position);
  const isCurrentHolder = ({ holder_member_id: memberId }: RestrictionRow): boolean =>
    memberId === null || people.member(toId('mem', memberId)) !== undefined;
  const data = rows.filter(isCurrentHolder).map((row) => ({
    holder: holderOfRow(row),
    productId: toId('prd', row.product_id),
    resourceId: toId('res', row.resource_id),
    right: row.access_right,
    since: instantOf(row.started_at),
    endsAt: instantOrNull(row.ends_at),
    setBy: row.set_by,
    reason: row.reason,
  }));
  return { data, nextCursor };
}
