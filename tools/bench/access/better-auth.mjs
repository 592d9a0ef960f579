import pg from 'pg';
import { loadPeer } from '../harness/peers.mjs';
import { connect } from './service-database.mjs';

const CONNECTIONS = 4;
const DATABASE = 'bench_better_auth';
/** As many people as a small organization of the measurement P1b has. */
const PEOPLE = 20;
const PASSWORD = 'a password that is long enough';

/**
 * Opens better-auth with its organization plugin. Creates a database for better-auth and signs up people. Returns
 * undefined when better-auth is not installed.
 */
export async function openBetterAuth(adminUrl) {
  const [library, plugin, migration] = [
    await loadPeer('better-auth'),
    await loadPeer('better-auth/plugins/organization'),
    await loadPeer('better-auth/db/migration'),
  ];
  if (!library) return undefined;
  const admin = await connect(adminUrl);
  await admin.query(`drop database if exists ${DATABASE} with (force)`);
  await admin.query(`create database ${DATABASE}`);
  await admin.end();
  const url = new URL(adminUrl);
  url.pathname = `/${DATABASE}`;
  const pool = new pg.Pool({ connectionString: url.href, max: CONNECTIONS });
  const options = {
    database: pool,
    baseURL: 'http://127.0.0.1',
    secret: 'only the benchmark uses this secret',
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: { enabled: true },
    plugins: [plugin.organization()],
  };
  const { runMigrations } = await migration.getMigrations(options);
  await runMigrations();
  const { api } = library.betterAuth(options);
  const people = [];
  for (let index = 0; index < PEOPLE; index += 1) people.push(await signUp(api, index));
  const organization = await api.createOrganization({
    body: { name: 'Bench', slug: 'bench' },
    headers: people[0].headers,
  });
  for (const { userId } of people.slice(1))
    await api.addMember({ body: { userId, organizationId: organization.id, role: 'member' } });
  const permissions = [
    { member: ['create'] },
    { team: ['update'] },
    { invitation: ['cancel'] },
    { organization: ['update'] },
  ];
  let callCount = 0;
  const hasPermission = async () => {
    callCount += 1;
    const { success } = await api.hasPermission({
      headers: people[callCount % PEOPLE].headers,
      body: { organizationId: organization.id, permissions: permissions[callCount % permissions.length] },
    });
    return success;
  };
  const ownerAnswer = await api.hasPermission({
    headers: people[0].headers,
    body: { organizationId: organization.id, permissions: permissions[0] },
  });
  if (!ownerAnswer.success) throw new Error('better-auth denies the owner of the organization');
  return { hasPermission, close: () => pool.end() };
}

async function signUp(api, index) {
  const { headers, response } = await api.signUpEmail({
    body: { email: `person${index}@example.com`, password: PASSWORD, name: `Person ${index}` },
    returnHeaders: true,
  });
  const cookie = headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return { userId: response.user.id, headers: new Headers({ cookie }) };
}
