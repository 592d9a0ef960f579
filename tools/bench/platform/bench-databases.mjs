import { migrate } from '@cordee/service/database/migrate';
import { setUpDatabase } from '@cordee/service/database/set-up-database';
import pg from 'pg';
import { benchMigrations } from './bench-service.mjs';

const PASSWORD = 'bench';

/** Creates an empty database for a service of the benchmarks. Returns the addresses of the admin and runtime role. */
export async function createBenchDatabase(service) {
  const adminUrl = process.env.DATABASE_ADMIN_URL;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`drop database if exists cordee_${service} with (force)`);
  await admin.end();
  const { owner, runtime } = await setUpDatabase(adminUrl, service, { password: PASSWORD });
  await migrate(service, owner, benchMigrations[service]);
  const url = new URL(adminUrl);
  url.pathname = `/cordee_${service}`;
  return { admin: url.href, runtime };
}
