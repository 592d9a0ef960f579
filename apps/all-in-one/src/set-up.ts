import { randomBytes } from 'node:crypto';
import { eraseStreams } from '@cordee/messaging/erase-streams';
import { readConfig } from '@cordee/service/config';
import { migrate } from '@cordee/service/database/migrate';
import { setUpDatabase, setUpJobsDatabase } from '@cordee/service/database/set-up-database';
import { Client } from 'pg';
import * as z from 'zod';
import { environment, SetUpConfig } from './config.ts';
import { givenPassword } from './parse-database-password.ts';
import { databaseVariable, services } from './services.ts';

/**
 * Databases, roles, migrations; safe to repeat. A service's password is the one in its `<SERVICE>_DATABASE_URL`, or made anew. Prints a line
 * per step, and last, as JSON, the environment that the services need; not in production, where all of it is given.
 */
const config = readConfig(SetUpConfig, environment);
const isProduction = config.NODE_ENV === 'production';
const wanted = services.filter(({ name }) => config.SET_UP_SERVICES?.includes(name) ?? true);
const databaseUrl = z.url(isProduction ? 'is missing' : undefined);
const given = readConfig(
  z.object(
    Object.fromEntries(
      wanted.map(({ name }) => [databaseVariable(name), isProduction ? databaseUrl : databaseUrl.optional()]),
    ),
  ),
  environment,
);
const admin = new Client({ connectionString: config.DATABASE_ADMIN_URL });
await admin.connect();

if (config.CORDEE_FRESH === '1') await erase();
const env: Record<string, string> = isProduction
  ? {}
  : { IDENTITY_SECRET: environment['IDENTITY_SECRET'] ?? (await installationSecret('identity')) };
const own: Record<string, { DATABASE_URL: string }> = {};
await Promise.all(
  wanted.map(async ({ name, migrations }) => {
    const url = given[databaseVariable(name)];
    const urls = await setUpDatabase(config.DATABASE_ADMIN_URL, name, {
      runtimePassword: url && givenPassword(name, url),
    });
    const ran = await migrate(name, urls.owner, migrations);
    console.log(`${name}: ${ran.length ? `${ran.length} migrations ran` : 'up to date'}`);
    own[name] = { DATABASE_URL: urls.runtime };
    env[databaseVariable(name)] = urls.runtime;
  }),
);
if (config.CORDEE_JOBS === 'postgres') {
  env['JOBS_DATABASE_URL'] = await setUpJobsDatabase(config.DATABASE_ADMIN_URL);
  console.log('jobs: on PostgreSQL');
}
await admin.end();
if (!isProduction) console.log(JSON.stringify({ env, services: own }));

/** Databases and streams go together: a stream that outlives its databases would be taken for news. */
async function erase(): Promise<void> {
  if (config.NATS_URL) await eraseStreams(config.NATS_URL);
  for (const name of [...wanted.map((service) => service.name), 'jobs'])
    await admin.query(`drop database if exists cordee_${name} with (force)`);
}

/** A secret that lasts as long as the installation's data: links in mails stay good over a restart. */
async function installationSecret(name: string): Promise<string> {
  await admin.query('create table if not exists cordee_secret (name text primary key, value text not null)');
  await admin.query('insert into cordee_secret values ($1, $2) on conflict do nothing', [
    name,
    randomBytes(48).toString('base64url'),
  ]);
  const { rows } = await admin.query<{ value: string }>('select value from cordee_secret where name = $1', [name]);
  return rows[0]!.value;
}
