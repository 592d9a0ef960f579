import { randomBytes } from 'node:crypto';
import { databaseRoles, type DatabaseRoles } from './platform-tables.ts';
import pg from 'pg';

/** The key of the advisory lock that serializes set-ups on one server; an arbitrary constant. */
const SET_UP_LOCK = 0x0c0d_5e70;

export interface DatabaseUrls {
  /** The URL of the owner role, for migrations. */
  owner: string;
  /** The URL of the runtime role, for the running service. */
  runtime: string;
}

/**
 * Creates the database of a service with its roles and extensions if they are missing; safe to repeat. The admin role
 * may create roles and databases. Each run sets new random passwords, unless `password` (for both roles) or
 * `runtimePassword` (for the runtime role) is given. With `template`, the new database is a copy of that database. The
 * template already has the extensions and the rights on the schema.
 */
export async function setUpDatabase(
  adminUrl: string,
  service: string,
  options: { database?: string; password?: string; runtimePassword?: string | undefined; template?: string } = {},
): Promise<DatabaseUrls> {
  const roles = databaseRoles(service);
  const database = options.database ?? `cordee_${service}`;
  const ownerPassword = options.password ?? randomBytes(24).toString('base64url');
  const runtimePassword = options.runtimePassword ?? options.password ?? randomBytes(24).toString('base64url');
  await runAsAdmin(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [SET_UP_LOCK]);
    await createRoles(client, roles, { owner: ownerPassword, runtime: runtimePassword });
    await createDatabase(client, database, options.template);
  });
  if (!options.template)
    await runAsAdmin(urlOfDatabase(adminUrl, database), (client) => prepareDatabase(client, database, roles));
  return {
    owner: urlOf(adminUrl, database, roles.owner, ownerPassword),
    runtime: urlOf(adminUrl, database, roles.runtime, runtimePassword),
  };
}

/** Creates the database and the role of jobs on PostgreSQL; BullMQ creates its tables. Safe to repeat. */
export async function setUpJobsDatabase(
  adminUrl: string,
  options: { database?: string; password?: string } = {},
): Promise<string> {
  const role = 'cordee_jobs';
  const database = options.database ?? role;
  const password = options.password ?? randomBytes(24).toString('base64url');
  await runAsAdmin(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [SET_UP_LOCK]);
    await createRole(client, role, password);
    await omitValuesInLog(client, role);
    await createDatabase(client, database);
    await client.query(`revoke all on database ${quote(database)} from public`);
    await client.query(`grant connect, create, temporary on database ${quote(database)} to ${quote(role)}`);
  });
  return urlOf(adminUrl, database, role, password);
}

/** Creates a database if it is missing, empty or as a copy of the template. */
async function createDatabase(client: pg.Client, database: string, template?: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
  if (rowCount) return;
  const properties = template
    ? `template ${quote(template)}`
    : `encoding 'UTF8' template template0 lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'`;
  await client.query(`create database ${quote(database)} ${properties}`);
}

async function createRoles(
  client: pg.Client,
  roles: DatabaseRoles,
  passwords: Partial<Record<string, string>>,
): Promise<void> {
  for (const [kind, role] of Object.entries(roles)) await createRole(client, role, passwords[kind]);
  await omitValuesInLog(client, roles.runtime);
  await client.query(
    `grant ${[roles.relay, roles.sweep, roles.staff, roles.reader].map(quote).join(', ')} to ${quote(roles.runtime)}`,
  );
}

/**
 * Creates a role if it is missing. A role with a password can log in. With `noinherit`, the runtime role has the rights
 * of another role only after it has switched to that role.
 */
async function createRole(client: pg.Client, role: string, password: string | undefined): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  if (!rowCount)
    await client.query(`create role ${quote(role)} noinherit nosuperuser nobypassrls nocreatedb nocreaterole`);
  if (password !== undefined)
    await client.query(`alter role ${quote(role)} login password ${client.escapeLiteral(password)}`);
}

const PERMISSION_DENIED = '42501';

/**
 * Keeps the values of failed statements out of the log of the database: without this setting, PostgreSQL logs
 * `DETAIL: Failing row contains (…)`. Only a superuser may change the setting. When the admin role is not a superuser,
 * the operator sets `log_error_verbosity = terse` for the server.
 */
async function omitValuesInLog(client: pg.Client, role: string): Promise<void> {
  try {
    await client.query(`alter role ${quote(role)} set log_error_verbosity = 'terse'`);
  } catch (error) {
    if ((error as { code?: string }).code !== PERMISSION_DENIED) throw error;
  }
}

async function prepareDatabase(client: pg.Client, database: string, roles: DatabaseRoles): Promise<void> {
  await client.query(`revoke all on database ${quote(database)} from public`);
  await client.query(`grant connect on database ${quote(database)} to ${quote(roles.owner)}, ${quote(roles.runtime)}`);
  await client.query(`grant create, temporary on database ${quote(database)} to ${quote(roles.owner)}`);
  await client.query(`alter schema public owner to ${quote(roles.owner)}`);
  await client.query(`revoke all on schema public from public`);
  const roleNames = [roles.runtime, roles.relay, roles.sweep, roles.staff, roles.reader].map(quote);
  await client.query(`grant usage on schema public to ${roleNames.join(', ')}`);
  for (const extension of ['pg_trgm', 'unaccent', 'btree_gin'])
    await client.query(`create extension if not exists ${extension} with schema public`);
}

async function runAsAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const quote = (name: string): string => pg.escapeIdentifier(name);

function urlOfDatabase(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

function urlOf(adminUrl: string, database: string, role: string, password: string): string {
  const url = new URL(urlOfDatabase(adminUrl, database));
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.href;
}
