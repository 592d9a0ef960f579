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

/** What is asked for: what stands at an instant, today by what has not ended, in the past by intervals. */
export interface SnapshotScope {
  organizationId: `org_${string}`;
  at: Date;
  isPast: boolean;
  /** Only the rows that meet this, kind by kind. */
  only?: Readonly<Partial<Record<keyof SnapshotRows, Condition>>> | undefined;
  /** Grants that have ended too, marked so. */
  withEnded?: boolean;
}

/** One kind of rows. Pages go through the kinds in their order, and in each by its key. */
interface SnapshotTable {
  name: keyof SnapshotRows;
  /** How many rows it counts for: the name of a team may be long. */
  weight: number;
  select: (
    em: EntityManager,
    scope: SnapshotScope,
    after: string | null,
    limit: number,
  ) => Promise<{ key: string; row: SnapshotRows[keyof SnapshotRows][number] }[]>;
}

/** A condition in SQL, with its parameters. */
export interface Condition {
  sql: string;
  parameters: unknown[];
}

/** What stands: half-open intervals, in which a planned end counts as an end. Today that is what has no end on record. */
function standing({ at, isPast }: SnapshotScope, from: string, until: string, planned?: string): Condition {
  const began = isPast ? [`${from} <= ?`, `(${until} is null or ${until} > ?)`] : [`${until} is null`];
  const conditions = planned ? [...began, `(${planned} is null or ${planned} > ?)`] : began;
  return {
    sql: conditions.join(' and '),
    parameters: Array.from({ length: conditions.length - (isPast ? 0 : 1) }, () => at),
  };
}

interface Selection {
  kind: keyof SnapshotRows;
  select: string;
  stands: Condition;
  key: { column: string; type: 'uuid' | 'bigint' };
}

async function run<R>(
  em: EntityManager,
  { organizationId, only }: SnapshotScope,
  { kind, select, stands, key }: Selection,
  after: string | null,
  limit: number,
): Promise<R[]> {
  const narrowed = only?.[kind];
  return em.execute<(R & object)[]>(
    `${select} where ${key.column.split('.')[0]}.organization_id = ? and ${stands.sql}${narrowed ? ` and ${narrowed.sql}` : ''} and (?::${key.type} is null or ${key.column} > ?::${key.type}) order by ${key.column} limit ?`,
    [toUuid(organizationId), ...stands.parameters, ...(narrowed?.parameters ?? []), after, after, limit],
  );
}

const teams: SnapshotTable = {
  name: 'teams',
  weight: 4,
  async select(em, scope, after, limit) {
    const rows = await run<{
      team_id: string;
      name: string;
      parent_id: string | null;
      parent_ends_at: string | null;
      is_members_only: boolean;
    }>(
      em,
      scope,
      {
        kind: 'teams',
        select: `select team_id, name, parent_id, parent_ends_at, is_members_only from team_parent_history place`,
        stands: standing(scope, 'place.since', 'place.until'),
        key: { column: 'place.team_id', type: 'uuid' },
      },
      after,
      limit,
    );
    return rows.map((row) => {
      // A place that has lapsed is none, whether or not that is on record yet.
      const hasLapsed = row.parent_ends_at !== null && new Date(row.parent_ends_at) <= scope.at;
      const place = hasLapsed
        ? { parentId: null, parentEndsAt: null }
        : { parentId: idOrNull('team', row.parent_id), parentEndsAt: instantOrNull(row.parent_ends_at) };
      return {
        key: row.team_id,
        row: { teamId: toId('team', row.team_id), name: row.name, isMembersOnly: row.is_members_only, ...place },
      };
    });
  },
};

const restrictions: SnapshotTable = {
  name: 'restrictions',
  weight: 1,
  async select(em, scope, after, limit) {
    const rows = await run<
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
        kind: 'restrictions',
        select: `select position, holder_account_id, holder_member_id, holder_team_id,
          resource_id, ownership_number, access_right, ends_at from restriction`,
        stands: standing(scope, 'started_at', 'ended_at', 'ends_at'),
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
    const rows = await run<{ position: string; team_id: string; member_id: string; ends_at: string | null }>(
      em,
      scope,
      {
        kind: 'memberships',
        select: `select position, team_id, member_id, ends_at from team_membership`,
        stands: standing(scope, 'started_at', 'ended_at', 'ends_at'),
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
    const rows = await run<
      SnapshotHolderRow &
        SnapshotObjectRow & { id: string; access_right: string; ends_at: string | null; ended_at: string | null }
    >(
      em,
      scope,
      {
        kind: 'grants',
        select: `select id, holder_account_id, holder_member_id, holder_team_id, product_type, product_id, resource_id, ownership_number, access_right, ends_at, ended_at from access_grant`,
        stands: scope.withEnded ? { sql: 'true', parameters: [] } : standing(scope, 'given_at', 'ended_at', 'ends_at'),
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
      return { key: row.id, row: scope.withEnded && hasEnded ? { ...grant, hasEnded: true as const } : grant };
    });
  },
};

/** Teams come first: a membership is understood only where its team is known. */
export const snapshotTables: readonly SnapshotTable[] = [teams, restrictions, memberships, grants];

export const noRows = (): SnapshotRows => ({ teams: [], restrictions: [], memberships: [], grants: [] });

/** How many rows are asked for at once where all are wanted. */
const BATCH = 10_000;

/** All rows in a scope, for who works with them in this process. */
export async function selectAll(em: EntityManager, scope: SnapshotScope): Promise<SnapshotRows> {
  const rows = noRows();
  for (const { name, select } of snapshotTables) {
    for (let after: string | null | undefined = null; after !== undefined;) {
      const found: Awaited<ReturnType<typeof select>> = await select(em, scope, after, BATCH);
      (rows[name] as unknown[]).push(...found.map(({ row }) => row));
      after = found.length < BATCH ? undefined : found.at(-1)!.key;
    }
  }
  return rows;
}
