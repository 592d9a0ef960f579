import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';

export interface Column {
  name: string;
  type: string;
  isGenerated: boolean;
}

/** Returns the columns of a table in their order. */
export async function columnsOf(database: Client, table: string): Promise<Column[]> {
  const { rows } = await database.query<Column>(
    `select attname as name, format_type(atttypid, null) as type,
            attidentity <> '' or attgenerated <> '' as "isGenerated"
     from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
  return rows;
}

/**
 * Makes a row with the given values and, in every other column, an example value of the type of the column. The row may
 * violate check constraints and foreign keys.
 */
export function makeRow(columns: readonly Column[], values: Readonly<Record<string, unknown>>): Map<string, unknown> {
  return new Map(
    columns
      .filter(({ isGenerated }) => !isGenerated)
      .map(({ name, type }) => [name, values[name] ?? exampleValueOf(type)] as const),
  );
}

/** Returns the statement that inserts a row, with the parameters. */
export function insertStatement(table: string, row: ReadonlyMap<string, unknown>): [sql: string, values: unknown[]] {
  const names = [...row.keys()].map((name) => `"${name}"`);
  const parameters = names.map((_, index) => `$${index + 1}`);
  return [`insert into ${table} (${names.join()}) values (${parameters.join()})`, [...row.values()]];
}

/** Drops the constraints that a made-up row would violate, and disables triggers for the connection. */
export async function dropConstraints(database: Client): Promise<void> {
  const { rows } = await database.query<{ statement: string }>(
    `select format('alter table %s drop constraint if exists %I cascade', conrelid::regclass, conname) as statement
     from pg_constraint where contype in ('f', 'c') and connamespace = 'public'::regnamespace and conrelid <> 0`,
  );
  for (const { statement } of rows) await database.query(statement);
  await database.query(`set session_replication_role = replica`);
}

function exampleValueOf(type: string): unknown {
  if (type === 'uuid') return randomUUID();
  if (type.endsWith('[]')) return '{}';
  if (type === 'boolean') return false;
  if (type === 'jsonb') return '{}';
  if (type === 'bytea') return Buffer.from(randomUUID());
  if (type === 'date' || type.startsWith('timestamp')) return '2026-01-01';
  if (type === 'text') return randomUUID();
  if (type === 'tsvector') return '';
  return 1;
}
