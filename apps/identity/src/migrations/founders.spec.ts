import { migrate } from '@cordee/service/database/migrate';
import { createTestDatabase } from '@cordee/testing/test-database';
import { serverUrl } from '@cordee/testing/test-environment';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { identityService } from '../identity.service.ts';

const SERVICE = 'identity';
const { migrations } = identityService;
const founders = migrations.findIndex(({ name }) => name === '0004_founders');

let database: Awaited<ReturnType<typeof createTestDatabase>>;
/** A connection that sees all rows. */
let admin: Client;
beforeAll(async () => {
  database = await createTestDatabase(SERVICE, migrations.slice(0, founders));
  const url = new URL(serverUrl('DATABASE_ADMIN_URL'));
  url.pathname = new URL(database.owner).pathname;
  admin = new Client({ connectionString: url.href });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const ACCOUNT = '01900000-0000-7000-8000-000000000001';
const ORGANIZATION = '01900000-0000-7000-8000-000000000002';

it('the migration stores the founder of each organization', async () => {
  await admin.query(
    `with founder as (
       insert into account (id, created_at, email, email_key, locale, password_hash, name)
       values ($1, now(), 'anna@alpine.example', 'anna@alpine.example', 'de', 'x', 'Anna Keller')
     ), founded as (
       insert into organization (organization_id, created_at, legal_form, country, locale, time_zone, currency, name)
       values ($2, now(), 'company', 'CH', 'de', 'Europe/Zurich', 'CHF', 'Alpine')
     )
     insert into member (id, organization_id, account_id, created_at, role, flags, is_blocked)
     values ($2, $2, $1, now(), 'legal_representative', '{}', false)`,
    [ACCOUNT, ORGANIZATION],
  );
  await migrate(SERVICE, database.owner, migrations);
  expect((await admin.query(`select founded_by from organization`)).rows).toEqual([{ founded_by: ACCOUNT }]);
});
