import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { MIGRATION_TABLE, openOrm } from './orm.ts';
import { platformMigration, type MigrationClass } from './migration.ts';

/** The wait before a lock is requested again. */
const RETRY_MS = 200;
/**
 * The errors after which a migration is repeated: a lock was not available in time (`55P03`), or a deadlock (`40P01`).
 * The database goes on to create an index for a set-up that was killed; a further set-up and this index can wait for
 * each other.
 */
const REPEATABLE_ERRORS = new Set(['55P03', '40P01']);

/**
 * Runs the missing migrations of a service as its owner role, and returns their names. An advisory lock serializes
 * concurrent runs. A migration that waits too long for the lock of a table is repeated, so that the requests that wait
 * behind it go on.
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
    await lockMigrations(client, service);
    // Usually no migration is missing. Then no ORM is opened.
    const appliedNames = await appliedMigrations(client);
    const missingNames = allMigrations.map(({ name }) => name).filter((name) => !appliedNames.has(name));
    if (missingNames.length === 0) return [];
    const orm = await openOrm({ url: ownerUrl, entities: [], migrations: allMigrations, poolSize: 1 });
    try {
      await repeatWithoutLock(() => orm.migrator.up());
    } finally {
      await orm.close();
    }
    return missingNames;
  } finally {
    await client.end();
  }
}

/**
 * Waits for the advisory lock without a statement that waits: a concurrent creation of an index waits for all running
 * statements, so that both would wait for each other.
 */
async function lockMigrations(client: Client, service: string): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ is_locked: boolean }>(
      'select pg_try_advisory_lock(hashtext($1)) as is_locked',
      [`cordee migrations ${service}`],
    );
    if (rows[0]!.is_locked) return;
    await setTimeout(RETRY_MS);
  }
}

/** Repeats work that did not get a lock. */
async function repeatWithoutLock(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!REPEATABLE_ERRORS.has((error as { code?: string }).code ?? '')) throw error;
      await setTimeout(RETRY_MS);
    }
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
