import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import {
  noRows,
  snapshotTables,
  type SqlFragment,
  type SnapshotRows,
  type SnapshotScope,
  type SnapshotTable,
  type ViewScope,
} from './snapshot-tables.ts';

type TableName = keyof SnapshotRows;
type SelectedRow = { key: string | number } & object;

/** The start and the size of a page. */
export interface PageStart {
  tableIndex: number;
  /** The key of the last row of the page before; null for the first page of the table. */
  afterKey: string | null;
  size: number;
}

export type SnapshotPage = SnapshotRows & {
  revision: number;
  /** The table of the last row of the page and the key of this row; null for the last page. */
  next: { tableIndex: number; afterKey: string | null } | null;
};

/**
 * Selects all rows of a scope. The result is not limited to the size of a message. `columns` are further columns of the
 * statement; their SQL text can use each table by its name, with the column `key`.
 */
export async function selectAllRows<Columns extends Readonly<Record<string, unknown>>>(
  em: EntityManager,
  scope: SnapshotScope,
  columns: Readonly<Record<keyof Columns & string, SqlFragment>>,
): Promise<{ rows: SnapshotRows; at: Date; columns: Columns }> {
  const selected = await selectTables<Columns>(em, scope, { columns });
  const rows = noRows();
  for (const table of snapshotTables)
    addRows(rows, table, selected[table.name], { at: new Date(selected.at), withEnded: scope.withEnded });
  return { rows, at: new Date(selected.at), columns: selected };
}

/** Selects one page and the access revision, in one statement: the rows contain every change up to the revision. */
export async function selectPage(
  em: EntityManager,
  scope: SnapshotScope & { at: Date },
  start: PageStart,
): Promise<SnapshotPage> {
  const selected: SelectedPage =
    start.tableIndex === snapshotTables.length - 1
      ? await selectLastTable(em, scope, start)
      : await selectTables(em, scope, { start, columns: {} });
  const page = { ...noRows(), revision: Number(selected.revision), next: null };
  let remainingSize = start.size;
  for (const [tableIndex, table] of snapshotTables.entries()) {
    if (tableIndex < start.tableIndex) continue;
    const rows = selected[table.name] ?? [];
    const limit = Math.floor(remainingSize / table.weight);
    const pageRows = rows.slice(0, limit);
    addRows(page, table, pageRows, scope);
    // When the page is already full, it gets no row of this table, and the next page starts where this page started.
    if (rows.length > limit) {
      const afterKey = pageRows.at(-1)?.key ?? (tableIndex === start.tableIndex ? start.afterKey : null);
      return { ...page, next: { tableIndex, afterKey: afterKey === null ? null : String(afterKey) } };
    }
    remainingSize -= pageRows.length * table.weight;
  }
  return page;
}

const addRows = (
  rows: SnapshotRows,
  table: SnapshotTable<object>,
  selected: readonly object[],
  scope: ViewScope,
): void => {
  const views = rows[table.name] as unknown[];
  for (const row of selected) views.push(table.view(row, scope));
};

type SelectedPage = Readonly<Partial<Record<TableName, readonly SelectedRow[]>>> & { revision: string };

/** One row: the rows of each table as JSON. */
type SelectedTables = Readonly<Record<TableName, readonly SelectedRow[]>> & { revision: string; at: string };

async function selectTables<Columns>(
  em: EntityManager,
  scope: SnapshotScope,
  { start, columns }: { start?: PageStart; columns: Readonly<Record<string, SqlFragment>> },
): Promise<SelectedTables & Columns> {
  const tables = snapshotTables.slice(start?.tableIndex ?? 0);
  const selections = tables.map((table, index) =>
    selectionOf(
      table,
      scope,
      index === 0 ? (start?.afterKey ?? null) : null,
      start && limitSqlOf(tables, index, start.size),
    ),
  );
  const rowsAsJsonSql = ({ name }: SnapshotTable<object>): string =>
    `(select coalesce(json_agg(${name} order by key), '[]') from ${name}) as ${name}`;
  const furtherColumns = Object.entries(columns);
  const [row] = await em.execute<(SelectedTables & Columns)[]>(
    `with ${tables.map(({ name }, index) => `${name} as materialized (${selections[index]!.sql})`).join(', ')}
     select ${tables.map(rowsAsJsonSql).join(', ')},
            coalesce((select revision from access_revision where organization_id = ?), 0) as revision,
            ?::timestamptz as at${furtherColumns.map(([name, { sql }]) => `, ${sql} as ${name}`).join('')}`,
    [
      ...selections.flatMap(({ parameters }) => parameters),
      toUuid(scope.organizationId),
      scope.at,
      ...furtherColumns.flatMap(([, { parameters }]) => parameters),
    ],
  );
  return row!;
}

/**
 * Selects a page of the last table as plain rows. A large organization has far more grants than other rows, and JSON
 * would cost PostgreSQL several times as much as the rows.
 */
export async function selectLastTable(
  em: EntityManager,
  scope: SnapshotScope,
  { afterKey, size }: Pick<PageStart, 'afterKey' | 'size'>,
): Promise<SelectedPage> {
  const table = snapshotTables.at(-1)!;
  const selection = selectionOf(table, scope, afterKey, limitSqlOf([table], 0, size));
  // Without rows, the result is one row with the revision.
  const rows = await em.execute<({ revision: string } & (SelectedRow | { key: null }))[]>(
    `select state.revision, page.*
     from (
       select coalesce((select revision from access_revision where organization_id = ?), 0) as revision
     ) state left join (${selection.sql}) page on true
     order by page.key`,
    [toUuid(scope.organizationId), ...selection.parameters],
  );
  return { [table.name]: rows.filter((row) => row.key !== null), revision: rows[0]!.revision };
}

function selectionOf(
  table: SnapshotTable<object>,
  scope: SnapshotScope,
  afterKey: string | null,
  limitSql: string | undefined,
): SqlFragment {
  const { name, columnsSql, fromSql, key } = table;
  const conditions: SqlFragment[] = [
    { sql: `${key.column.split('.')[0]}.organization_id = ?`, parameters: [toUuid(scope.organizationId)] },
    table.activeCondition(scope),
  ];
  const filter = scope.filter?.[name];
  if (filter) conditions.push(filter);
  if (afterKey !== null) conditions.push({ sql: `${key.column} > ?::${key.type}`, parameters: [afterKey] });
  const whereSql = conditions.map(({ sql }) => sql).join(' and ');
  return {
    sql: `select ${key.column} as key, ${columnsSql} from ${fromSql}
      where ${whereSql}${limitSql ? ` order by ${key.column} limit ${limitSql}` : ''}`,
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}

/**
 * SQL text for the limit of a table: the number of rows that fit into the page after the rows of earlier tables, and
 * one row more, which shows that another page follows.
 */
function limitSqlOf(tables: readonly SnapshotTable<object>[], index: number, size: number): string {
  const usedSizes = tables.slice(0, index).map(({ name, weight }) => ` - ${weight} * (select count(*) from ${name})`);
  return `greatest(0, ${size}${usedSizes.join('')}) / ${tables[index]!.weight} + 1`;
}
