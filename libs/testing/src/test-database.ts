import { createHash, randomBytes } from 'node:crypto';
import { migrate } from '@cordee/service/database/migrate';
import { platformMigration, type MigrationClass } from '@cordee/service/database/migration';
import { setUpDatabase, type DatabaseUrls } from '@cordee/service/database/set-up-database';
import { Client } from 'pg';
import { serverUrl } from './test-environment.ts';

/** The key of the advisory lock that serializes the creation of templates; an arbitrary constant. */
const TEMPLATE_LOCK = 0x0c0d_7e57;
const PASSWORD = 'test';

/**
 * Creates a migrated database for a suite. The database is a copy of a template, which is migrated once per set of
 * migrations.
 */
export async function createTestDatabase(
  service: string,
  migrations: readonly MigrationClass[],
): Promise<DatabaseUrls & { drop(): Promise<void> }> {
  const adminUrl = serverUrl('DATABASE_ADMIN_URL');
  // The hash is shortened, because a database name has at most 63 bytes.
  const fingerprint = createHash('sha256')
    .update([platformMigration(service), ...migrations].map(({ sql }) => sql).join('\n'))
    .digest('hex')
    .slice(0, 12);
  const template = `template_${service}_${fingerprint}`;
  const database = `test_${service}_${randomBytes(6).toString('hex')}`;
  const urls = await withClient(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (!rowCount) {
      const unfinishedTemplate = `${template}_building`;
      await client.query(`drop database if exists ${unfinishedTemplate} with (force)`);
      const { owner } = await setUpDatabase(adminUrl, service, { database: unfinishedTemplate, password: PASSWORD });
      await migrate(service, owner, migrations);
      await client.query(`alter database ${unfinishedTemplate} rename to ${template}`);
    }
    return setUpDatabase(adminUrl, service, { database, password: PASSWORD, template });
  });
  return {
    ...urls,
    drop: () =>
      withClient(
        adminUrl,
        async (client) => void (await client.query(`drop database if exists ${database} with (force)`)),
      ),
  };
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
