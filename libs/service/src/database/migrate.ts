import { Client } from 'pg';
import { MIGRATION_TABLE, openOrm } from './orm.ts';
import { platformMigration, type MigrationClass } from './migration.ts';

/** Brings a service's database to the newest migration, as its owner role; returns the names of those that ran. Two at once take turns. */
export async function migrate(
  service: string,
  ownerUrl: string,
  migrations: readonly MigrationClass[],
): Promise<string[]> {
  const wanted = [platformMigration(service), ...migrations];
  const turn = new Client({ connectionString: ownerUrl });
  await turn.connect();
  try {
    await turn.query('select pg_advisory_lock(hashtext($1))', [`cordee migrations ${service}`]);
    // The usual case, a start with nothing new, is a question and no ORM.
    const applied = await appliedMigrations(turn);
    if (wanted.every(({ name }) => applied.has(name))) return [];
    const orm = await openOrm({ url: ownerUrl, entities: [], migrations: wanted, poolSize: 1 });
    try {
      return (await orm.migrator.up()).map(({ name }) => name);
    } finally {
      await orm.close(true);
    }
  } finally {
    await turn.end();
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
