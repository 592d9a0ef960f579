import { toId, toUuid } from '@cordee/contracts/id';
import type { GrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { idOrNull, instantOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import {
  snapshotHolderOfRow,
  snapshotObjectOfRow,
  type SnapshotHolderRow,
  type SnapshotObjectRow,
} from './grant-columns.ts';

export type SnapshotRows = Pick<GrantSnapshot, 'teams' | 'restrictions' | 'memberships' | 'grants'>;

/**
 * Selects the rows that are active at the instant `at`. Without `isPast`, a row is active until its end is recorded.
 * With `isPast`, a row is active when its interval contains the instant.
 */
export interface SnapshotScope {
  organizationId: `org_${string}`;
  at: Date;
  isPast: boolean;
  /** An additional condition per table. */
  filter?: Readonly<Partial<Record<keyof SnapshotRows, Condition>>> | undefined;
  /** Includes ended grants, marked with `hasEnded`. */
  withEnded?: boolean;
}

/** A table of the snapshot. Pages read one table after the other, and the rows of a table in the order of the key. */
interface SnapshotTable {
  name: keyof SnapshotRows;
  /** The part of the page size that a row uses. A team uses more, because its name may be long. */
  weight: number;
  /** `after`: the key of the last row of the page before; null for the first page of the table. */
  select: (
    em: EntityManager,
    scope: SnapshotScope,
    after: string | null,
    limit: number,
  ) => Promise<{ key: string; row: SnapshotRows[keyof SnapshotRows][number] }[]>;
}

/** A condition or subquery in SQL, with its parameters. */
export interface Condition {
  sql: string;
  parameters: unknown[];
}

/** The condition for active rows. Intervals are half-open, and a planned end counts as an end. */
function activeRows(
  { at, isPast }: SnapshotScope,
  startColumn: string,
  endColumn: string,
  plannedEndColumn?: string,
): Condition {
  const startAndEnd = isPast
    ? [`${startColumn} <= ?`, `(${endColumn} is null or ${endColumn} > ?)`]
    : [`${endColumn} is null`];
  const conditions = plannedEndColumn
    ? [...startAndEnd, `(${plannedEndColumn} is null or ${plannedEndColumn} > ?)`]
    : startAndEnd;
  return {
    sql: conditions.join(' and '),
    // Every condition has one parameter, except the condition `is null` on the end.
    parameters: Array.from({ length: conditions.length - (isPast ? 0 : 1) }, () => at),
  };
}

interface TableSelection {
  table: keyof SnapshotRows;
  select: string;
  active: Condition;
  key: { column: string; type: 'uuid' | 'bigint' };
}

async function selectPage<R>(
  em: EntityManager,
  { organizationId, filter }: SnapshotScope,
  { table, select, active, key }: TableSelection,
  after: string | null,
  limit: number,
): Promise<R[]> {
  const condition = filter?.[table];
  // The column has the form `table.column` or `alias.column`.
  const tableAlias = key.column.split('.')[0];
  return em.execute<(R & object)[]>(
    `${select} where ${tableAlias}.organization_id = ?
     and ${active.sql}${condition ? ` and ${condition.sql}` : ''}
       and (?::${key.type} is null or ${key.column} > ?::${key.type})
     order by ${key.column} limit ?`,
    [toUuid(organizationId), ...active.parameters, ...(condition?.parameters ?? []), after, after, limit],
  );
}

const teams: SnapshotTable = {
  name: 'teams',
  weight: 4,
  async select(em, scope, after, limit) {
    const rows = await selectPage<{
      team_id: string;
      name: string;
      parent_id: string | null;
      parent_ends_at: string | null;
      is_members_only: boolean;
    }>(
      em,
      scope,
      {
        table: 'teams',
        select: `select team_id, name, parent_id, parent_ends_at, is_members_only from team_parent_history period`,
        active: activeRows(scope, 'period.since', 'period.until'),
        key: { column: 'period.team_id', type: 'uuid' },
      },
      after,
      limit,
    );
    return rows.map((row) => {
      // A parent period has ended at its planned end, even before a job records the end.
      const hasParentEnded = row.parent_ends_at !== null && new Date(row.parent_ends_at) <= scope.at;
      const parent = hasParentEnded
        ? { parentId: null, parentEndsAt: null }
        : { parentId: idOrNull('team', row.parent_id), parentEndsAt: instantOrNull(row.parent_ends_at) };
      return {
        key: row.team_id,
        row: { teamId: toId('team', row.team_id), name: row.name, isMembersOnly: row.is_members_only, ...parent },
      };
    });
  },
};

const restrictions: SnapshotTable = {
  name: 'restrictions',
  weight: 1,
  async select(em, scope, after, limit) {
    const rows = await selectPage<
      SnapshotHolderRow & {
        position: string;
        resource_id: string;
        ownership_number: number;
        access_right: string | null;
        ends_at: string | null;
      }
    >(
      em,
      scope,
      {
        table: 'restrictions',
        select: `select position, holder_account_id, holder_member_id, holder_team_id,
          resource_id, ownership_number, access_right, ends_at from restriction`,
        active: activeRows(scope, 'started_at', 'ended_at', 'ends_at'),
        key: { column: 'restriction.position', type: 'bigint' },
      },
      after,
      limit,
    );
    return rows.map((row) => ({
      key: row.position,
      row: {
        holder: snapshotHolderOfRow(row),
        resourceId: toId('res', row.resource_id),
        ownershipNumber: row.ownership_number,
        right: row.access_right,
        endsAt: instantOrNull(row.ends_at),
      },
    }));
  },
};

const memberships: SnapshotTable = {
  name: 'memberships',
  weight: 1,
  async select(em, scope, after, limit) {
    const rows = await selectPage<{ position: string; team_id: string; member_id: string; ends_at: string | null }>(
      em,
      scope,
      {
        table: 'memberships',
        select: `select position, team_id, member_id, ends_at from team_membership`,
        active: activeRows(scope, 'started_at', 'ended_at', 'ends_at'),
        key: { column: 'team_membership.position', type: 'bigint' },
      },
      after,
      limit,
    );
    return rows.map((row) => ({
      key: row.position,
      row: {
        teamId: toId('team', row.team_id),
        memberId: toId('mem', row.member_id),
        endsAt: instantOrNull(row.ends_at),
      },
    }));
  },
};

const grants: SnapshotTable = {
  name: 'grants',
  weight: 1,
  async select(em, scope, after, limit) {
    const rows = await selectPage<
      SnapshotHolderRow &
        SnapshotObjectRow & { id: string; access_right: string; ends_at: string | null; ended_at: string | null }
    >(
      em,
      scope,
      {
        table: 'grants',
        select: `select id, holder_account_id, holder_member_id, holder_team_id, product_type, product_id,
          resource_id, ownership_number, access_right, ends_at, ended_at from access_grant`,
        active: scope.withEnded
          ? { sql: 'true', parameters: [] }
          : activeRows(scope, 'given_at', 'ended_at', 'ends_at'),
        key: { column: 'access_grant.id', type: 'uuid' },
      },
      after,
      limit,
    );
    return rows.map((row) => {
      const hasEnded =
        scope.withEnded === true &&
        (row.ended_at !== null || (row.ends_at !== null && new Date(row.ends_at) <= scope.at));
      const grant = {
        grantId: toId('grt', row.id),
        holder: snapshotHolderOfRow(row),
        object: snapshotObjectOfRow(row),
        right: row.access_right,
        endsAt: instantOrNull(row.ends_at),
      };
      return { key: row.id, row: hasEnded ? { ...grant, hasEnded: true as const } : grant };
    });
  },
};

/** Teams come first, because a membership requires its team. */
export const snapshotTables: readonly SnapshotTable[] = [teams, restrictions, memberships, grants];

export const noRows = (): SnapshotRows => ({ teams: [], restrictions: [], memberships: [], grants: [] });

/** The number of rows per query when all rows are read. */
const BATCH_SIZE = 10_000;

/** Selects all rows of a scope in batches. The result is not limited to the size of a message. */
export async function selectAll(em: EntityManager, scope: SnapshotScope): Promise<SnapshotRows> {
  const rows = noRows();
  for (const { name, select } of snapshotTables) {
    // `after` is null before the first batch, and undefined after the last batch.
    for (let after: string | null | undefined = null; after !== undefined;) {
      const batch: Awaited<ReturnType<typeof select>> = await select(em, scope, after, BATCH_SIZE);
      (rows[name] as unknown[]).push(...batch.map(({ row }) => row));
      after = batch.length < BATCH_SIZE ? undefined : batch.at(-1)!.key;
    }
  }
  return rows;
}
