import type { Output } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { listRestrictions } from '@cordee/contracts/teams/restriction';
import type { EntityManager } from '@mikro-orm/postgresql';
import { holderOfRow, type HolderRow } from '../grants/grant-columns.ts';
import { instantOf, instantOrNull, uuidOrNull } from '../sql-values.ts';

const SHOWN = 1_000;

interface RestrictionRow extends HolderRow {
  product_id: string;
  resource_id: string;
  access_right: string | null;
  since: string;
  ends_at: string | null;
  set_by: string;
}

/** The restrictions that stand in a product, newest first. */
export async function selectRestrictions(em: EntityManager, now: Date, organizationId: `org_${string}`, productId: `prd_${string}`, resourceId?: `res_${string}`): Promise<Output<typeof listRestrictions>['data']> {
  const rows = await em.execute<RestrictionRow[]>(
    `select restriction.holder_account_id, restriction.holder_team_id, restriction.product_id, restriction.resource_id, given.access_right, since, restriction.ends_at, set_by
     from restriction
     left join access_grant given on given.organization_id = restriction.organization_id and given.id = restriction.grant_id and given.ended_at is null
     where restriction.organization_id = ? and restriction.product_id = ? and restriction.resource_id = coalesce(?::uuid, restriction.resource_id)
       and until is null and (restriction.ends_at is null or restriction.ends_at > ?)
     order by position desc limit ?`,
    [toUuid(organizationId), toUuid(productId), uuidOrNull(resourceId), now, SHOWN],
  );
  return rows.map((row) => ({
    holder: holderOfRow(row), productId: toId('prd', row.product_id), resourceId: toId('res', row.resource_id), right: row.access_right,
    since: instantOf(row.since), endsAt: instantOrNull(row.ends_at), setBy: row.set_by,
  }));
}
