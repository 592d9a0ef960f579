import { randomBytes } from 'node:crypto';
import { eraseStreams } from '@cordee/messaging/erase-streams';
import { readConfig } from '@cordee/service/config';
import { migrate } from '@cordee/service/database/migrate';
import { setUpDatabase } from '@cordee/service/database/set-up-database';
import { Client } from 'pg';
import { environment, SetUpConfig } from './config.ts';
import { databaseVariable, services } from './services.ts';

/**
 * Databases, roles, migrations, for machines where nobody else sets them up; safe to repeat. Prints a line per step, and last, as JSON,
 * the environment that the services need.
 */
const config = readConfig(SetUpConfig, environment);
const admin = new Client({ connectionString: config.DATABASE_ADMIN_URL });
await admin.connect();

if (config.CORDEE_FRESH === '1' && config.NATS_URL) await eraseStreams(config.NATS_URL);
const env: Record<string, string> = { IDENTITY_SECRET: environment['IDENTITY_SECRET'] ?? (await installationSecret('identity')) };
const own: Record<string, { DATABASE_URL: string }> = {};
await Promise.all(
  services.map(async ({ name, migrations }) => {
    if (config.CORDEE_FRESH === '1') await admin.query(`drop database if exists cordee_${name} with (force)`);
    const urls = await setUpDatabase(config.DATABASE_ADMIN_URL, name);
    const ran = await migrate(name, urls.owner, migrations);
    console.log(`${name}: ${ran.length ? `${ran.length} migrations ran` : 'up to date'}`);
    own[name] = { DATABASE_URL: urls.runtime };
    env[databaseVariable(name)] = urls.runtime;
  }),
);
await admin.end();
console.log(JSON.stringify({ env, services: own }));

/** A secret that lasts as long as the installation's data: links in mails stay good over a restart. */
async function installationSecret(name: string): Promise<string> {
  await admin.query('create table if not exists cordee_secret (name text primary key, value text not null)');
  await admin.query('insert into cordee_secret values ($1, $2) on conflict do nothing', [name, randomBytes(48).toString('base64url')]);
  const { rows } = await admin.query<{ value: string }>('select value from cordee_secret where name = $1', [name]);
  return rows[0]!.value;
}
