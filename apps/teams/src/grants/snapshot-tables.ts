import { toId } from '@cordee/contracts/id';
import type { GrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { idOrNull, instantOrNull } from '@cordee/service/database/sql-values';
import type { RawQueryFragment } from '@mikro-orm/postgresql';
import {
  snapshotHolderOfRow,
  snapshotObjectOfRow,
  type SnapshotHolderRow,
  type SnapshotObjectRow,
} from './grant-columns.ts';

export type SnapshotRows = Pick<GrantSnapshot, 'teams' | 'restrictions' | 'memberships' | 'grants'>;
type SnapshotRow = SnapshotRows[keyof SnapshotRows][number];

/**
 * Selects the rows that are active at the instant `at`. Without `isPast`, a row is active when no end is recorded and
 * its planned end is after the instant. With `isPast`, a row is active when its interval contains the instant. A team
 * stays active after the end of its parent period.
 */
export interface SnapshotScope {
  organizationId: `org_${string}`;
  /** An instant, or SQL that selects the instant. */
  at: Date | RawQueryFragment;
  isPast: boolean;
  /** An additional condition per table. */
  filter?: Readonly<Partial<Record<keyof SnapshotRows, SqlFragment>>> | undefined;
  /** Includes ended grants, marked with `hasEnded`. */
  withEnded?: boolean;
}

/** A condition, column or subquery in SQL, with its parameters. */
export interface SqlFragment {
  sql: string;
  parameters: readonly unknown[];
}

/** The scope with the instant as a value. */
export type ViewScope = Pick<SnapshotScope, 'withEnded'> & { at: Date };

/** A table of the snapshot. Pages read one table after the other, and the rows of a table in the order of the key. */
export interface SnapshotTable<Row extends object> {
  name: keyof SnapshotRows;
  /** The part of the page size that a row uses. A team uses more, because the name of a team may be long. */
  weight: number;
  columnsSql: string;
  fromSql: string;
  /** The column has the form `table.column` or `alias.column`. */
  key: { column: string; type: 'uuid' | 'bigint' };
  activeCondition(scope: SnapshotScope): SqlFragment;
  view(row: Row, scope: ViewScope): SnapshotRow;
}

/** The condition for active rows. Intervals are half-open, and a planned end counts as an end. */
function activeRowCondition(
  { at, isPast }: SnapshotScope,
  startColumn: string,
  endColumn: string,
  plannedEndColumn?: string,
): SqlFragment {
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

const teams: SnapshotTable<{
  team_id: string;
  name: string;
  parent_id: string | null;
  parent_ends_at: string | null;
  is_members_only: boolean;
  lead_member_id: string | null;
}> = {
  name: 'teams',
  weight: 4,
  columnsSql: `period.team_id, period.name, period.parent_id, period.parent_ends_at, period.is_members_only,
            team.lead_member_id`,
  fromSql: `team_parent_history period
         join team on team.organization_id = period.organization_id and team.id = period.team_id`,
  key: { column: 'period.team_id', type: 'uuid' },
  activeCondition: (scope) => activeRowCondition(scope, 'period.since', 'period.until'),
  view(row, { at }) {
    // A parent period has ended at its planned end, even before a job records the end.
    const hasParentEnded = row.parent_ends_at !== null && new Date(row.parent_ends_at) <= at;
    return {
      teamId: toId('team', row.team_id),
      name: row.name,
      isMembersOnly: row.is_members_only,
      parentId: hasParentEnded ? null : idOrNull('team', row.parent_id),
      parentEndsAt: hasParentEnded ? null : instantOrNull(row.parent_ends_at),
      leadMemberId: idOrNull('mem', row.lead_member_id),
    };
  },
};

const restrictions: SnapshotTable<
  SnapshotHolderRow & {
    resource_id: string;
    ownership_number: number;
    access_right: string | null;
    ends_at: string | null;
  }
> = {
  name: 'restrictions',
  weight: 1,
  columnsSql:
    'holder_account_id, holder_member_id, holder_team_id, resource_id, ownership_number, access_right, ends_at',
  fromSql: 'restriction',
  key: { column: 'restriction.position', type: 'bigint' },
  activeCondition: (scope) => activeRowCondition(scope, 'started_at', 'ended_at', 'ends_at'),
  view: (row) => ({
    holder: snapshotHolderOfRow(row),
    resourceId: toId('res', row.resource_id),
    ownershipNumber: row.ownership_number,
    right: row.access_right,
    endsAt: instantOrNull(row.ends_at),
  }),
};

const memberships: SnapshotTable<{ team_id: string; member_id: string; ends_at: string | null }> = {
  name: 'memberships',
  weight: 1,
  columnsSql: 'team_id, member_id, ends_at',
  fromSql: 'team_membership',
  key: { column: 'team_membership.position', type: 'bigint' },
  activeCondition: (scope) => activeRowCondition(scope, 'started_at', 'ended_at', 'ends_at'),
  view: (row) => ({
    teamId: toId('team', row.team_id),
    memberId: toId('mem', row.member_id),
    endsAt: instantOrNull(row.ends_at),
  }),
};

const grants: SnapshotTable<
  SnapshotHolderRow &
    SnapshotObjectRow & { id: string; access_right: string; ends_at: string | null; ended_at: string | null }
> = {
  name: 'grants',
  weight: 1,
  columnsSql: `id, holder_account_id, holder_member_id, holder_team_id, product_type, product_id,
    resource_id, ownership_number, access_right, ends_at, ended_at`,
  fromSql: 'access_grant',
  key: { column: 'access_grant.id', type: 'uuid' },
  activeCondition: (scope) =>
    scope.withEnded ? { sql: 'true', parameters: [] } : activeRowCondition(scope, 'given_at', 'ended_at', 'ends_at'),
  view(row, { at, withEnded }) {
    const hasEnded =
      withEnded === true && (row.ended_at !== null || (row.ends_at !== null && new Date(row.ends_at) <= at));
    const grant = {
      grantId: toId('grt', row.id),
      holder: snapshotHolderOfRow(row),
      object: snapshotObjectOfRow(row),
      right: row.access_right,
      endsAt: instantOrNull(row.ends_at),
    };
    return hasEnded ? { ...grant, hasEnded: true as const } : grant;
  },
};

/** Teams come first, because a membership requires its team. */
export const snapshotTables: readonly SnapshotTable<object>[] = [teams, restrictions, memberships, grants];

export const noRows = (): SnapshotRows => ({ teams: [], restrictions: [], memberships: [], grants: [] });
