import { migrate } from '@cordee/service/database/migrate';
import { setUpDatabase } from '@cordee/service/database/set-up-database';
import pg from 'pg';

/** The password of the test databases: the roles belong to the server, so databases share their passwords. */
const PASSWORD = 'test';

/**
 * Creates a database of a service and fills it with `fill`, which gets a connection of the admin. Returns the URLs of
 * the admin and runtime role.
 */
export async function createServiceDatabase({ name: service, migrations }, database, fill) {
  const adminUrl = process.env.DATABASE_ADMIN_URL;
  const admin = await connect(adminUrl);
  await admin.query(`drop database if exists ${database} with (force)`);
  await admin.end();
  const { owner, runtime } = await setUpDatabase(adminUrl, service, { database, password: PASSWORD });
  await migrate(service, owner, migrations);
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  const client = await connect(url.href);
  await fill(client);
  await client.query('vacuum analyze');
  await client.end();
  return { admin: url.href, runtime };
}

export async function connect(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

/** The instant at which every row of the test databases was created. */
export const CREATED_AT = '2026-01-01T00:00:00Z';
