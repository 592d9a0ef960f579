import { Client } from 'pg';
import { MIGRATION_TABLE, openOrm } from './orm.ts';
import { platformMigration, type MigrationClass } from './migration.ts';

/**
 * Runs the missing migrations of a service as its owner role, and returns their names. An advisory lock serializes
 * concurrent runs.
 */
export async function migrate(
  service: string,
  ownerUrl: string,
  migrations: readonly MigrationClass[],
): Promise<string[]> {
  const allMigrations = [platformMigration(service), ...migrations];
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [`cordee migrations ${service}`]);
    // Usually no migration is missing. Then no ORM is opened.
    const appliedNames = await appliedMigrations(client);
    if (allMigrations.every(({ name }) => appliedNames.has(name))) return [];
    const orm = await openOrm({ url: ownerUrl, entities: [], migrations: allMigrations, poolSize: 1 });
    try {
      return (await orm.migrator.up()).map(({ name }) => name);
    } finally {
      await orm.close();
    }
  } finally {
    await client.end();
  }
}

async function appliedMigrations(client: Client): Promise<Set<string>> {
  const { rows: tables } = await client.query(
    'select from pg_tables where schemaname = current_schema and tablename = $1',
    [MIGRATION_TABLE],
  );
  if (tables.length === 0) return new Set();
  const { rows } = await client.query<{ name: string }>(`select name from ${MIGRATION_TABLE}`);
  return new Set(rows.map(({ name }) => name));
}
