import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { serverUrl } from '@cordee/testing/test-environment';
import { copyRows } from '../harness/copy-rows.mjs';
import { randomOrganization } from './random-organization.mjs';
import { connect } from './service-database.mjs';
import { createTeamsDatabase } from './teams-database.mjs';

const DATABASE = 'bench_spec';
const organization = randomOrganization(1, { scale: 0.02, now: new Date() });
let client;

beforeAll(async () => {
  process.env.DATABASE_ADMIN_URL ??= serverUrl('DATABASE_ADMIN_URL');
  const urls = await createTeamsDatabase(DATABASE, [organization]);
  client = await connect(urls.admin);
});
afterAll(async () => {
  await client.end();
  const admin = await connect(process.env.DATABASE_ADMIN_URL);
  await admin.query(`drop database ${DATABASE} with (force)`);
  await admin.end();
});

it('creates a database with the teams, memberships, grants and restrictions of the organization', async () => {
  const count = async (table) => Number((await client.query(`select count(*) from ${table}`)).rows[0].count);
  const { teams, memberships, grants, restrictions } = organization.rows.grants;
  expect([
    await count('team'),
    await count('team_membership'),
    await count('access_grant'),
    await count('restriction'),
  ]).toEqual([teams, memberships, grants, restrictions].map((rows) => rows.length));
});

it('reports an unknown column of a copied table', async () => {
  await expect(copyRows(client, 'team', ['colours'], [['blue']])).rejects.toThrow('"colours"');
});
