import { randomBytes } from 'node:crypto';
import { eraseStreams } from '@cordee/messaging/erase-streams';
import { PostgresUrl, readConfig } from '@cordee/service/config';
import { StartError, startOrExit } from '@cordee/service/start-error';
import { createSigningKey, verificationKeyOf, type SigningKey } from '@cordee/service/token-keys';
import { migrate } from '@cordee/service/database/migrate';
import { setUpDatabase, setUpJobsDatabase } from '@cordee/service/database/set-up-database';
import { Client } from 'pg';
import * as z from 'zod';
import { environment, SetUpConfig } from './config.ts';
import { parseDatabasePassword } from './parse-database-password.ts';
import { databaseVariable, services } from './services.ts';

/**
 * Creates databases and roles, and runs migrations. The set-up can be repeated safely. The password of a service is
 * read from `<SERVICE>_DATABASE_URL`; without this variable, the set-up generates the password. The set-up prints one
 * line per step. In production the operator configures the services; otherwise the last line contains the environment
 * of the services as JSON.
 */
const config = await startOrExit(() => readConfig(SetUpConfig, environment));
const isProduction = config.NODE_ENV === 'production';
const selectedServices = services.filter(({ name }) => config.SET_UP_SERVICES?.includes(name) ?? true);
const databaseUrls = await startOrExit(() =>
  readConfig(
    z.object(
      Object.fromEntries(
        selectedServices.map(({ name }) => [
          databaseVariable(name),
          isProduction ? PostgresUrl : PostgresUrl.optional(),
        ]),
      ),
    ),
    environment,
  ),
);
const admin = new Client({ connectionString: config.DATABASE_ADMIN_URL });
await startOrExit(() =>
  admin.connect().catch((error: Error) => {
    throw new StartError(
      `DATABASE_ADMIN_URL: PostgreSQL at ${admin.host}:${admin.port} refuses the connection: ${error.message}`,
    );
  }),
);

await waitForOtherSetUp();
if (config.CORDEE_FRESH === '1') await dropDatabasesAndStreams();
const sharedEnvironment: Record<string, string> = isProduction
  ? {}
  : {
      IDENTITY_SECRET: environment['IDENTITY_SECRET'] ?? (await loadOrCreateSecret('identity', randomSecret)),
      ...(await loadTokenKeys()),
    };
const serviceEnvironments: Record<string, { DATABASE_URL: string }> = {};
await Promise.all(
  selectedServices.map(async ({ name, migrations }) => {
    const configuredUrl = databaseUrls[databaseVariable(name)];
    const urls = await setUpDatabase(config.DATABASE_ADMIN_URL, name, {
      runtimePassword: configuredUrl && parseDatabasePassword(name, configuredUrl),
    });
    const executed = await migrate(name, urls.owner, migrations);
    console.log(`${name}: ${executed.length ? `${executed.length} migrations executed` : 'up to date'}`);
    serviceEnvironments[name] = { DATABASE_URL: urls.runtime };
    sharedEnvironment[databaseVariable(name)] = urls.runtime;
  }),
);
if (config.CORDEE_JOBS === 'postgres') {
  sharedEnvironment['JOBS_DATABASE_URL'] = await setUpJobsDatabase(config.DATABASE_ADMIN_URL);
  console.log('jobs: on PostgreSQL');
}
await admin.end();
if (!isProduction) console.log(JSON.stringify({ env: sharedEnvironment, services: serviceEnvironments }));

/**
 * Waits until no other set-up runs: each set-up gives the owner roles new passwords, and runs the migrations with them.
 * The lock ends with the connection.
 */
async function waitForOtherSetUp(): Promise<void> {
  const lock = `hashtextextended('cordee set-up', 0)`;
  const { rows } = await admin.query<{ isAcquired: boolean }>(`select pg_try_advisory_lock(${lock}) as "isAcquired"`);
  if (rows[0]!.isAcquired) return;
  console.log('waiting for another set-up');
  await admin.query(`select pg_advisory_lock(${lock})`);
}

/** Drops databases and streams together, because consumers with new databases would handle old events again. */
async function dropDatabasesAndStreams(): Promise<void> {
  if (config.NATS_URL) await eraseStreams(config.NATS_URL);
  for (const name of [...selectedServices.map((service) => service.name), 'jobs'])
    await admin.query(`drop database if exists cordee_${name} with (force)`);
}

function randomSecret(): string {
  return randomBytes(48).toString('base64url');
}

/** Returns the variables with the keys of access tokens: the keys of the environment, else the stored keys. */
async function loadTokenKeys(): Promise<Record<string, string>> {
  const signingKey =
    environment['TOKEN_SIGNING_KEY'] ??
    (await loadOrCreateSecret('token signing key', () => JSON.stringify(createSigningKey())));
  const verificationKeys = { keys: [verificationKeyOf(JSON.parse(signingKey) as SigningKey)] };
  return {
    TOKEN_SIGNING_KEY: signingKey,
    TOKEN_VERIFICATION_KEYS: environment['TOKEN_VERIFICATION_KEYS'] ?? JSON.stringify(verificationKeys),
  };
}

/** Returns a secret that is stored with the data of the installation, so links in mails stay valid after a restart. */
async function loadOrCreateSecret(name: string, create: () => string): Promise<string> {
  await admin.query('create table if not exists cordee_secret (name text primary key, value text not null)');
  await admin.query('insert into cordee_secret values ($1, $2) on conflict do nothing', [name, create()]);
  const { rows } = await admin.query<{ value: string }>('select value from cordee_secret where name = $1', [name]);
  return rows[0]!.value;
}
