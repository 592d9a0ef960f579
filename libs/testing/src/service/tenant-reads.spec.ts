import { toUuid, newId } from '@cordee/contracts/id';
import { databaseRoles } from '@cordee/service/database/platform-tables';
import { migration } from '@cordee/service/database/migration';
import { openOrm, openReads } from '@cordee/service/database/orm';
import { setReadTimeout, setRole, setTenantContext } from '@cordee/service/database/tenant-context';
import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from '../test-database.ts';
import { seededNumbers, serverUrl, testNumber } from '../test-environment.ts';

const SERVICE = 'reads';
const ORGANIZATIONS = 20;
const BOXES = 3;

const tablesMigration = migration(
  '0001_reads',
  `
create table box (
  organization_id uuid not null, number integer not null, content text not null check (content <> 'forbidden'),
  primary key (organization_id, number)
);
${protectTenantTables(SERVICE, [{ name: 'box' }])}`,
);

let orm: MikroORM;
let admin: Client;
let drop: () => Promise<void>;
const organizationIds = Array.from({ length: ORGANIZATIONS }, () => newId('org', new Date()));

beforeAll(async () => {
  const urls = await createTestDatabase(SERVICE, [tablesMigration]);
  drop = () => urls.drop();
  const url = new URL(serverUrl('DATABASE_ADMIN_URL'));
  url.pathname = new URL(urls.runtime).pathname;
  admin = new Client({ connectionString: url.href });
  await admin.connect();
  orm = await openOrm({ url: urls.runtime, entities: [], poolSize: 3 });
  for (const organizationId of organizationIds)
    await admin.query(`insert into box select $1::uuid, number, 'of ' || $1::uuid from generate_series(1, $2) number`, [
      toUuid(organizationId),
      BOXES,
    ]);
});

afterAll(async () => {
  await orm.close();
  await admin.end();
  await drop();
});

async function readsOf(organizationId: `org_${string}` | undefined): Promise<EntityManager> {
  const em = openReads(orm.em);
  setTenantContext(em, { organizationId });
  return em;
}

const selectOwners = async (em: EntityManager): Promise<string[]> =>
  (await em.execute<{ organization_id: string }[]>(`select organization_id from box where number <= ?`, [BOXES])).map(
    (row) => row.organization_id,
  );

describe('a read', () => {
  let em: EntityManager;
  beforeEach(async () => {
    em = await readsOf(organizationIds[0]);
  });

  it('sees the rows of its organization, and no rows without an organization', async () => {
    expect(await selectOwners(em)).toEqual(Array.from({ length: BOXES }, () => toUuid(organizationIds[0]!)));
    expect(await selectOwners(await readsOf(undefined))).toEqual([]);
  });

  it.each([
    [`insert into box values (?, 9, 'new')`],
    [`update box set content = 'new' where organization_id = ?`],
    [`delete from box where organization_id = ?`],
    [`with removed as (delete from box where organization_id = ? returning number) select * from removed`],
  ])('that writes is refused: %s', async (sql) => {
    await expect(em.execute(sql, [toUuid(organizationIds[0]!)])).rejects.toMatchObject({ code: '25006' });
    expect(await selectOwners(em)).toHaveLength(BOXES);
  });

  it('uses the role to which its query has switched; another query uses the runtime role', async () => {
    setRole(em, databaseRoles(SERVICE).staff);
    expect(await selectOwners(em)).toHaveLength(ORGANIZATIONS * BOXES);
    setRole(em, databaseRoles(SERVICE).sweep);
    expect(await em.execute(`select current_user as role where ?`, [true])).toEqual([
      { role: databaseRoles(SERVICE).sweep },
    ]);
    expect(await selectOwners(await readsOf(organizationIds[1]))).toHaveLength(BOXES);
  });

  it('keeps the settings with which it was started, although they change before it is sent', async () => {
    await selectOwners(em);
    const started = selectOwners(em);
    setTenantContext(em, { organizationId: organizationIds[1] });
    setRole(em, databaseRoles(SERVICE).staff);
    expect(await started).toEqual(Array.from({ length: BOXES }, () => toUuid(organizationIds[0]!)));
  });

  it('is cancelled after its time limit, and the next read is not', async () => {
    setReadTimeout(em, 20);
    await expect(em.execute(`select pg_sleep(?)`, [60])).rejects.toMatchObject({ code: '57014' });
    setReadTimeout(em, 10_000);
    expect(await selectOwners(em)).toHaveLength(BOXES);
  });

  it('works after a migration changed the result of its prepared statement', async () => {
    const selectAll = (): Promise<object[]> => em.execute(`select * from box where number = ?`, [1]);
    const [before] = await selectAll();
    await admin.query('alter table box add column colour text');
    const [after] = await selectAll();
    await admin.query('alter table box drop column colour');
    expect([before, after].map((row) => Object.keys(row!).length)).toEqual([3, 4]);
    expect(await selectAll()).toEqual([before]);
  });

  it('works after a migration while several connections have outdated statements', async () => {
    const select = (number: number): Promise<object[]> =>
      em.execute(`select box.*, pg_sleep(?::float8 / 1000) from box where number = 1`, [number]);
    const prepareEverywhere = (): Promise<unknown> => Promise.all(Array.from({ length: 8 }, () => select(100)));
    const failures: unknown[] = [];
    for (const change of ['add column colour text', 'drop column colour']) {
      await prepareEverywhere();
      await admin.query(`alter table box ${change}`);
      const reads = Array.from({ length: 40 }, (_, index) => select(index % 7));
      for (const result of await Promise.allSettled(reads))
        if (result.status === 'rejected') failures.push((result.reason as { code: string }).code);
    }
    expect(failures).toEqual([]);
  });

  it('binds lists, JSON, dates, buffers, numbers and null', async () => {
    const at = new Date('2026-01-31T09:00:00.000Z');
    const bytes = Buffer.from([0, 255]);
    const [row] = await em.execute<object[]>(
      `select ?::text as text, ?::jsonb -> 'a' as json, ?::timestamptz = ?::timestamptz as time, ?::bytea as bytes,
              ?::bigint + 1 as number, ?::text is null as empty, 2 in (?) as listed,
              '{"a": 1}'::jsonb \\? 'a' as operator`,
      [`it's $1 ?`, { a: [1] }, at, '2026-01-31T10:00:00+01:00', bytes, 41, null, [1, 2]],
    );
    expect(row).toEqual({
      text: `it's $1 ?`,
      json: [1],
      time: true,
      bytes,
      number: '42',
      empty: true,
      listed: true,
      operator: true,
    });
  });
});

it('a connection keeps a bounded number of prepared statements', async () => {
  const em = await readsOf(organizationIds[0]);
  for (let index = 0; index < 1_100; index += 1) await em.execute(`select ? as column_${index}`, ['x']);
  const [row] = await em.execute<{ count: string }[]>(`select count(*) from pg_prepared_statements where ?`, [true]);
  // The maximum is 500 (`MAX_PREPARED`); the statement of the settings does not count.
  expect(Number(row!.count)).toBeLessThanOrEqual(502);
});

it('pg_stat_activity shows no values of statements', async () => {
  const secret = `secret-${newId('org', new Date())}`;
  const em = await readsOf(organizationIds[0]);
  await em.execute(`select content from box where content = ?`, [secret]);
  await orm.em.fork().transactional(async (tx) => {
    setTenantContext(tx, { organizationId: organizationIds[0]! });
    await tx.execute(`update box set content = ? where number = 1`, [secret]);
    await tx.execute(`update box set content = 'of ' || organization_id where number = 1`);
  });
  const { rows } = await admin.query(`select query from pg_stat_activity where query like '%' || $1 || '%'`, [secret]);
  expect(rows.filter(({ query }) => !query.includes('pg_stat_activity'))).toEqual([]);
});

it('reads of many organizations on few connections never mix, whatever fails (1,000 interleavings)', async () => {
  const seed = testNumber('SEED', 1);
  const random = seededNumbers(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const failures = new Map<string, number>();
  const faults = {
    none: (em: EntityManager) => selectOwners(em),
    'error in the statement': (em: EntityManager) => em.execute(`select 1 / ?::integer`, [0]),
    'error in the text': (em: EntityManager) => em.execute(`select missing from box where number = ?`, [1]),
    'error in a value': (em: EntityManager) => em.execute(`select ?::integer`, ['no number']),
    'value that cannot be encoded': (em: EntityManager) => em.execute(`select ?::text`, [unencodable]),
    'role that does not exist': async (em: EntityManager) => {
      setRole(em, 'cordee_missing');
      return em.execute(`select ?::text`, ['x']);
    },
    write: (em: EntityManager) => em.execute(`update box set content = ?`, ['x']),
    'time limit': async (em: EntityManager) => {
      setReadTimeout(em, 1);
      return em.execute(`select pg_sleep(?)`, [60]);
    },
    'killed backend': (em: EntityManager) =>
      em.execute(`select pg_terminate_backend(pg_backend_pid()) where ?`, [true]),
  };
  const unencodable = {
    toJSON: () => {
      throw new Error('unencodable');
    },
  };
  const names = Object.keys(faults) as (keyof typeof faults)[];
  const rounds = Array.from({ length: testNumber('ROUNDS', 1_000) }, async () => {
    const organizationId = pick(organizationIds);
    const fault = random() < 0.6 ? 'none' : pick(names);
    // Waits for a random number of turns of the event loop.
    for (let turns = Math.floor(random() * 40); turns > 0; turns -= 1) await new Promise(setImmediate);
    const em = await readsOf(organizationId);
    const hasFailed = await faults[fault](em).then(
      () => false,
      () => true,
    );
    if (hasFailed) failures.set(fault, (failures.get(fault) ?? 0) + 1);
    const nextReads = await readsOf(organizationId);
    // A read is repeated once after a lost connection; here, the next connection can be lost as well.
    const readOwn = (): Promise<string[]> => selectOwners(nextReads).catch(readOwn);
    const owners = await readOwn();
    return owners.length === BOXES && owners.every((owner) => owner === toUuid(organizationId));
  });
  const results = await Promise.all(rounds);
  expect([seed, results.filter((isCorrect) => !isCorrect).length]).toEqual([seed, 0]);
  expect([...failures.keys()].filter((name) => name !== 'none').sort()).toEqual(
    names.filter((name) => name !== 'none').sort(),
  );
});
