import { toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { holdsAt } from '../teams/memberships.ts';
import { holderOf, objectOf, type GrantColumns } from './grant-columns.ts';
import type { GrantView } from './grant.entity.ts';

interface GrantRow {
  id: string;
  holder_account_id: string | null;
  holder_team_id: string | null;
  product_type: string | null;
  product_id: string | null;
  resource_id: string | null;
  access_right: string;
  given_by: string;
  given_at: string;
  ends_at: string | null;
  reason: string | null;
}

/** The grants of an organization that hold at the instant, oldest first. */
export async function selectStandingGrants(em: EntityManager, now: Date, organizationId: `org_${string}`): Promise<GrantView[]> {
  const rows = await em.execute<GrantRow[]>(
    `select id, holder_account_id, holder_team_id, product_type, product_id, resource_id, access_right, given_by, given_at, ends_at, reason
     from access_grant where organization_id = ? and ${holdsAt} order by id`,
    [toUuid(organizationId), now],
  );
  return rows.map((row) => ({
    id: toId('grt', row.id), holder: holderOf(toColumns(row)), object: objectOf(toColumns(row)), right: row.access_right, givenBy: row.given_by, givenAt: new Date(row.given_at).toISOString(),
    endsAt: row.ends_at ? new Date(row.ends_at).toISOString() : null, endedAt: null, reason: row.reason,
  }));
}

const toColumns = (row: GrantRow): GrantColumns => ({
  holderAccountId: row.holder_account_id && toId('acc', row.holder_account_id),
  holderTeamId: row.holder_team_id && toId('team', row.holder_team_id),
  productType: row.product_type,
  productId: row.product_id && toId('prd', row.product_id),
  resourceId: row.resource_id && toId('res', row.resource_id),
} as GrantColumns);
