import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { toUuid } from '@cordee/contracts/id';
import { serverUrl } from '@cordee/testing/test-environment';
import { copyRows } from '../harness/copy-rows.mjs';
import { CHECK_SQL } from './check-from-database.mjs';
import { randomOrganization } from './random-organization.mjs';
import { connect, createTeamsDatabase } from './teams-database.mjs';

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

it('the check statement finds the right of a granted product, and no other right', async () => {
  const { grants } = organization.rows.grants;
  const { holder, object, right } = grants.find(
    (grant) => grant.holder.kind === 'account' && grant.object.kind === 'product',
  );
  const check = async (rights) => {
    const values = [
      toUuid(organization.organizationId),
      toUuid(holder.memberId),
      toUuid(object.productId),
      'web_hosting',
      `{${rights.join(',')}}`,
      new Date('2026-06-01T00:00:00Z'),
      false, // The person is not an external.
    ];
    return (await client.query(CHECK_SQL, values)).rows[0].is_held;
  };
  // No grant has the right `levitate`.
  expect([await check([right]), await check(['levitate'])]).toEqual([true, false]);
});
