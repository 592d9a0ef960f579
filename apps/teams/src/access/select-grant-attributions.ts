import { toId, toUuid } from '@cordee/contracts/id';
import { instantOf, instantOrNull, uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

/** The giver, times and reason of a grant. Explanations need these columns; decisions do not. */
export interface GrantAttribution {
  givenBy: string;
  givenAt: string;
  reason: string | null;
  endedAt: string | null;
}

export async function selectGrantAttributions(
  em: EntityManager,
  organizationId: `org_${string}`,
  grantIds: readonly `grt_${string}`[],
): Promise<Map<string, GrantAttribution>> {
  if (grantIds.length === 0) return new Map();
  const rows = await em.execute<AttributionRow[]>(
    `select ${attributionColumnsSql} from access_grant where organization_id = ? and id = any (?::uuid[])`,
    [toUuid(organizationId), uuidList(grantIds)],
  );
  return attributionsOf(rows);
}

export interface AttributionRow {
  id: string;
  given_by: string;
  given_at: string;
  reason: string | null;
  ended_at: string | null;
}

export const attributionColumnsSql = 'id, given_by, given_at, reason, ended_at';

/** The attributions by grant id. */
export const attributionsOf = (rows: readonly AttributionRow[]): Map<string, GrantAttribution> =>
  new Map(
    rows.map((row) => [
      toId('grt', row.id),
      {
        givenBy: row.given_by,
        givenAt: instantOf(row.given_at),
        reason: row.reason,
        endedAt: instantOrNull(row.ended_at),
      },
    ]),
  );
