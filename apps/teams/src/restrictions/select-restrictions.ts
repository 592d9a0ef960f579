import { rightsGivenBy } from '@cordee/access/rights';
import type { People } from '@cordee/access/people';
import type { Output } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { listRestrictions } from '@cordee/contracts/teams/restriction';
import { instantOf, instantOrNull, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { holderOfRow, type SnapshotHolderRow } from '../grants/grant-columns.ts';

const SHOWN = 1_000;

interface RestrictionRow extends SnapshotHolderRow {
  product_id: string;
  resource_id: string;
  access_rights: string[];
  started_at: string;
  ends_at: string | null;
  set_by: string;
}

/** A product in its present possession, perhaps one resource in it, and who is in the organization. */
interface Within {
  organizationId: `org_${string}`;
  productId: `prd_${string}`;
  ownershipNumber: number;
  resourceId?: `res_${string}` | undefined;
  people: People;
}

/** The restrictions that stand in a product, newest first. */
export async function selectRestrictions(
  em: EntityManager,
  now: Date,
  { organizationId, productId, ownershipNumber, resourceId, people }: Within,
): Promise<Output<typeof listRestrictions>['data']> {
  const rows = await em.execute<RestrictionRow[]>(
    `select restriction.holder_account_id, restriction.holder_member_id, restriction.holder_team_id, restriction.product_id, restriction.resource_id, started_at, restriction.ends_at, set_by,
       array(
         select given.access_right from access_grant given
         where given.organization_id = restriction.organization_id and given.product_id = restriction.product_id and given.resource_id = restriction.resource_id and given.ownership_number = restriction.ownership_number
           and given.ended_at is null and (given.ends_at is null or given.ends_at > ?)
           and (given.holder_kind, given.holder_member_id, given.holder_team_id) is not distinct from (restriction.holder_kind, restriction.holder_member_id, restriction.holder_team_id)
         order by given.access_right
       ) as access_rights
     from restriction
     where restriction.organization_id = ? and restriction.product_id = ? and restriction.ownership_number = ? and restriction.resource_id = coalesce(?::uuid, restriction.resource_id)
       and restriction.ended_at is null and (restriction.ends_at is null or restriction.ends_at > ?)
     order by position desc limit ?`,
    [now, toUuid(organizationId), toUuid(productId), ownershipNumber, uuidOrNull(resourceId), now, SHOWN],
  );
  const isPresent = ({ holder_member_id: memberId }: RestrictionRow): boolean =>
    memberId === null || people.member(toId('mem', memberId)) !== undefined;
  return rows.filter(isPresent).map((row) => ({
    holder: holderOfRow(row),
    productId: toId('prd', row.product_id),
    resourceId: toId('res', row.resource_id),
    right: widest(row.access_rights),
    since: instantOf(row.started_at),
    endsAt: instantOrNull(row.ends_at),
    setBy: row.set_by,
  }));
}

/** The right that gives the most of the others; null where there is none. */
function widest(rights: readonly string[]): string | null {
  const [first] = rights.toSorted((one, other) => rightsGivenBy(other).length - rightsGivenBy(one).length);
  return first ?? null;
}
