import { newId } from '@cordee/contracts/id';
import { idColumn } from '@cordee/service/database/id-column';
import { insertRows } from '@cordee/service/database/insert-rows';
import { roundTrips } from '@cordee/service/database/joined-writes';
import { migration } from '@cordee/service/database/migration';
import { openOrm } from '@cordee/service/database/orm';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { defineEntity, p, UniqueConstraintViolationException, type MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../test-database.ts';

const SERVICE = 'crates';
const organizationId = newId('org', new Date());
const createdAt = new Date('2026-03-29T00:59:59.123Z');

const tablesMigration = migration(
  '0001_crates',
  `
create table "order" (
  organization_id uuid not null, number bigint not null, name varchar(10) not null, content jsonb, checksum bytea,
  day date, amount bigint, is_open boolean not null default true, version integer not null default 1,
  created_at timestamptz(3) not null, primary key (organization_id, number)
);
${protectTenantTables(SERVICE, [{ name: '"order"' }])}`,
);

const CrateSchema = defineEntity({
  name: 'Crate',
  tableName: 'order',
  properties: {
    organizationId: idColumn('org').primary(),
    number: p.bigint('number').primary(),
    name: p.string(),
    content: p.json<unknown>().nullable(),
    checksum: p.blob().nullable(),
    day: p.date().nullable(),
    amount: p.bigint('number').nullable(),
    isOpen: p.boolean().default(true),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});
class Crate extends CrateSchema.class {}
CrateSchema.setClass(Crate);

type CrateFields = Partial<Pick<Crate, 'name' | 'content' | 'checksum' | 'day' | 'amount' | 'isOpen' | 'createdAt'>>;

let orm: MikroORM;
let drop: () => Promise<void>;

beforeAll(async () => {
  const urls = await createTestDatabase(SERVICE, [tablesMigration]);
  drop = () => urls.drop();
  orm = await openOrm({ url: urls.runtime, entities: [CrateSchema], poolSize: 1 });
});
afterAll(async () => {
  await orm.close();
  await drop();
});

const insert = (crates: readonly (CrateFields & { number: number })[], id = organizationId): Promise<void> =>
  orm.em.fork().transactional(async (em) => {
    setTenantContext(em, { organizationId });
    insertRows(
      em,
      crates.map((fields) =>
        em.create(Crate, { organizationId: id, name: 'crate', createdAt, ...fields } as never, { persist: false }),
      ),
    );
    await Promise.resolve();
  });
const readCrates = (): Promise<Crate[]> =>
  orm.em.fork().transactional(async (em) => {
    setTenantContext(em, { organizationId });
    return em.find(Crate, {}, { orderBy: { number: 'asc' } });
  });

beforeEach(async () => {
  await orm.em.fork().transactional(async (em) => {
    setTenantContext(em, { organizationId });
    await em.execute('delete from "order"');
  });
});

describe('rows that are inserted in sets', () => {
  it.each<[string, CrateFields]>([
    ['texts with quotes, accents, line breaks and placeholders', { name: `é"'\\\n?$1` }],
    ['JSON objects', { content: { list: [1, 'two', null], nested: { text: '?' } } }],
    ['JSON lists of texts', { content: ['a'] }],
    ['bytes', { checksum: Buffer.from([0, 255, 92, 39]) }],
    ['dates', { day: '2024-02-29' }],
    ['large numbers', { amount: 9_007_199_254_740_991 }],
    ['booleans', { isOpen: false }],
    ['null', { content: null, day: null }],
    ['instants', { createdAt: new Date('2026-10-25T01:30:00.001Z') }],
  ])('keep %s', async (_, fields) => {
    await insert([{ number: 1, ...fields }]);
    expect(await readCrates()).toEqual([expect.objectContaining({ number: 1, ...fields })]);
  });

  it('have default values in columns that no entity sets', async () => {
    await insert([{ number: 1 }]);
    expect(await readCrates()).toEqual([expect.objectContaining({ isOpen: true, version: 1, content: null })]);
  });

  it('take one round trip for thousands of rows', async () => {
    await insert([{ number: 0 }]);
    const before = roundTrips();
    await insert(Array.from({ length: 2_500 }, (_, index) => ({ number: index + 1 })));
    expect(roundTrips() - before).toBe(1);
    expect((await readCrates()).map(({ number }) => number)).toEqual(
      Array.from({ length: 2_501 }, (_, index) => index),
    );
  });

  it('are all refused when one of them exists', async () => {
    await insert([{ number: 2 }]);
    await expect(insert([{ number: 1 }, { number: 2 }])).rejects.toThrow(UniqueConstraintViolationException);
    expect((await readCrates()).map(({ number }) => number)).toEqual([2]);
  });

  it('are refused in another organization', async () => {
    await expect(insert([{ number: 1 }], newId('org', new Date()))).rejects.toThrow(/row-level security/);
  });

  it('may be an empty list', async () => {
    await insert([]);
    expect(await readCrates()).toEqual([]);
  });
});
