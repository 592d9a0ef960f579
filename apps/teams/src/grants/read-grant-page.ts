import type { OrganizationAccess } from '@cordee/access/organization-access';
import { toId, toUuid } from '@cordee/contracts/id';
import { instantOf, instantOrNull } from '@cordee/service/database/sql-values';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { isActiveSql } from '../teams/memberships.ts';
import { holderOfRow, objectOfRow, type SnapshotHolderRow, type SnapshotObjectRow } from './grant-columns.ts';
import type { GrantView } from './grant.entity.ts';
import { isInCurrentPeriods } from './current-periods.ts';
import { holderConditionFor } from './holder-conditions.ts';

/** The row limit of each query after the first query. It is high, because all rows of a query may be left out. */
const FURTHER_ROW_LIMIT = 2_000;

interface GrantRow extends SnapshotHolderRow, SnapshotObjectRow {
  id: string;
  access_right: string;
  given_by: string;
  given_at: string;
  ends_at: string | null;
  ended_at: string | null;
  ended_by: string | null;
  reason: string | null;
}

export interface GrantFilter {
  organizationId: `org_${string}`;
  limit: number;
  cursor?: string | undefined;
  /** An account id, a team id, or `organization`. */
  holder?: string | undefined;
  /** A product id, a resource id, or the key of a product type. */
  object?: string | undefined;
  right?: string | undefined;
  includeEnded?: boolean;
  /**
   * Selects only grants that may apply to this member: grants to the member, to the teams of the member, to the parents
   * of these teams, and to the organization.
   */
  memberId?: `mem_${string}` | undefined;
}

/**
 * Reads a page of grants of an organization, oldest first, with the cursor of the next page. Active grants of a former
 * membership or ownership period are left out until their end is recorded.
 */
export async function readGrantPage(
  em: EntityManager,
  now: Date,
  access: Pick<OrganizationAccess, 'people' | 'products'>,
  filter: GrantFilter,
): Promise<{ data: GrantView[]; nextCursor: string | null }> {
  const { limit, cursor } = filter;
  const currentRows: GrantRow[] = [];
  let lastId = readCursor(z.uuid(), cursor);
  // The page needs one row more, which shows that another page follows. Few rows are left out, so one query is nearly
  // always enough.
  let rowLimit = limit + 1;
  for (let hasMore = true; hasMore && currentRows.length <= limit;) {
    const rows = await selectGrants(em, now, filter, { lastId, rowLimit });
    currentRows.push(...rows.filter((row) => row.ended_at !== null || isInCurrentPeriods(access, row)));
    hasMore = rows.length === rowLimit;
    lastId = rows.at(-1)?.id;
    rowLimit = FURTHER_ROW_LIMIT;
  }
  return {
    data: currentRows.slice(0, limit).map(viewOf),
    nextCursor: currentRows.length > limit ? writeCursor(currentRows[limit - 1]!.id) : null,
  };
}

async function selectGrants(
  em: EntityManager,
  now: Date,
  filter: GrantFilter,
  { lastId, rowLimit }: { lastId: string | undefined; rowLimit: number },
): Promise<GrantRow[]> {
  const { organizationId, holder, object, right, includeEnded, memberId } = filter;
  const conditions = ['organization_id = ?'];
  const parameters: unknown[] = [toUuid(organizationId)];
  const addCondition = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (lastId !== undefined) addCondition('id > ?', lastId);
  if (!includeEnded) addCondition(isActiveSql, now);
  if (holder) addCondition(...holderCondition(holder));
  if (object) addCondition(...objectCondition(object));
  if (right) addCondition('access_right = ?', right);
  if (memberId) {
    const { sql, parameters: values } = holderConditionFor(organizationId, memberId, now);
    addCondition(sql, ...values);
  }
  return em.execute<GrantRow[]>(
    `select id, holder_account_id, holder_member_id, holder_team_id, product_type, product_id, resource_id,
     ownership_number, access_right, given_by, given_at, ends_at, ended_at, ended_by, reason
     from access_grant where ${conditions.join(' and ')} order by id limit ?`,
    [...parameters, rowLimit],
  );
}

function holderCondition(holder: string): [string, ...unknown[]] {
  if (holder.startsWith('acc_')) return ['holder_account_id = ?', toUuid(holder as `acc_${string}`)];
  return holder.startsWith('team_')
    ? ['holder_team_id = ?', toUuid(holder as `team_${string}`)]
    : [`holder_kind = 'organization'`];
}

/**
 * `object` is an id or the key of a product type. An id has a digit after the prefix; a key has no digits. A grant on a
 * resource also has the id of the product of the resource, so a product id needs the condition on the kind.
 */
function objectCondition(object: string): [string, ...unknown[]] {
  if (/^prd_\d/.test(object)) return [`object_kind = 'product' and product_id = ?`, toUuid(object as `prd_${string}`)];
  return /^res_\d/.test(object) ? ['resource_id = ?', toUuid(object as `res_${string}`)] : ['product_type = ?', object];
}

const viewOf = (row: GrantRow): GrantView => ({
  id: toId('grt', row.id),
  holder: holderOfRow(row),
  object: objectOfRow(row),
  right: row.access_right,
  givenBy: row.given_by,
  givenAt: instantOf(row.given_at),
  endsAt: instantOrNull(row.ends_at),
  endedAt: instantOrNull(row.ended_at),
  endedBy: row.ended_by,
  reason: row.reason,
});
