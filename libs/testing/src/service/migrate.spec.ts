import { migrate } from '@cordee/service/database/migrate';
import { createIndexConcurrently, migration, migrationInSteps } from '@cordee/service/database/migration';
import { createTestDatabase } from '@cordee/testing/test-database';
import { waitFor } from '@cordee/testing/wait-for';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

const SERVICE = 'migrated';
const table = migration('0001_item', 'create table item (id integer not null, name text);');
const index = migrationInSteps('0002_item_name', createIndexConcurrently('item_name', 'item (name)'));
const uniqueIndex = migrationInSteps(
  '0002_item_id',
  createIndexConcurrently('item_id', 'item (id)', { isUnique: true }),
);
const column = migration('0002_item_price', 'alter table item add column price bigint;');

let database: Awaited<ReturnType<typeof createTestDatabase>>;
const clients: Client[] = [];

/** Opens a connection on which a statement that waits for a lock for too long fails. */
async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.owner });
  await client.connect();
  clients.push(client);
  await client.query(`set lock_timeout = '20s'`);
  return client;
}
const isValid = async (client: Client, name: string): Promise<boolean | undefined> => {
  const { rows } = await client.query<{ indisvalid: boolean }>(
    'select indisvalid from pg_index where indexrelid = to_regclass($1)',
    [name],
  );
  return rows[0]?.indisvalid;
};
/** Waits until a statement of a migration waits for another transaction. */
const waitForWaiting = (client: Client, text: string): Promise<unknown> =>
  waitFor(async () => {
    const { rowCount } = await client.query(
      `select from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock' and query like $1`,
      [`%${text}%`],
    );
    return rowCount! > 0;
  }, `the wait of "${text}"`);

beforeEach(async () => {
  database = await createTestDatabase(SERVICE, [table]);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
  await database.drop();
});

describe('migrations under load (F16)', () => {
  it('create an index while a transaction writes, and others write beside it', async () => {
    const [writer, other] = [await connect(), await connect()];
    await writer.query(`begin; insert into item values (1, 'first')`);
    const migrated = migrate(SERVICE, database.owner, [table, index]);
    await waitForWaiting(other, 'create index concurrently');
    // An ordinary `create index` would wait for the writer, and this statement would wait for it.
    await other.query(`insert into item values (2, 'second')`);
    await writer.query('commit');
    expect(await migrated).toEqual(['0002_item_name']);
    expect(await isValid(other, 'item_name')).toBe(true);
  });

  it('that wait for a lock let others pass, and are repeated', async () => {
    const [reader, other] = [await connect(), await connect()];
    await reader.query('begin; select from item');
    const migrated = migrate(SERVICE, database.owner, [table, column]);
    await waitForWaiting(other, 'add column price');
    await other.query('select from item');
    await reader.query('commit');
    expect(await migrated).toEqual(['0002_item_price']);
    await other.query('select price from item');
  });

  it('that were interrupted replace the index that is not valid', async () => {
    const client = await connect();
    await client.query(`insert into item values (1, 'first'), (1, 'second')`);
    await expect(migrate(SERVICE, database.owner, [table, uniqueIndex])).rejects.toThrow('item_id');
    expect(await isValid(client, 'item_id')).toBe(false);
    await client.query(`delete from item where name = 'second'`);
    expect(await migrate(SERVICE, database.owner, [table, uniqueIndex])).toEqual(['0002_item_id']);
    expect(await isValid(client, 'item_id')).toBe(true);
    expect(await migrate(SERVICE, database.owner, [table, uniqueIndex])).toEqual([]);
  });

  it('run beside the statement of a set-up that was killed', async () => {
    const [writer, killed, other] = [await connect(), await connect(), await connect()];
    await writer.query(`begin; insert into item values (1, 'first')`);
    // The database goes on with the statement of a client that has ended. It waits for the transaction of the writer,
    // and then for the next set-up, which waits for the index.
    const statement = killed.query('create index concurrently item_name on item (name)').catch(() => {});
    await waitForWaiting(other, 'create index concurrently');
    const migrated = migrate(SERVICE, database.owner, [table, index]);
    await waitForWaiting(other, 'drop index concurrently');
    await writer.query('commit');
    await statement;
    expect(await migrated).toEqual(['0002_item_name']);
    expect(await isValid(other, 'item_name')).toBe(true);
  });

  it('that were interrupted keep the indexes that are complete', async () => {
    const client = await connect();
    // An earlier run was interrupted after this step. Requests rely on the index.
    await client.query('create unique index item_id on item (id)');
    const oidOf = async (): Promise<unknown> => (await client.query(`select 'item_id'::regclass::oid`)).rows;
    const oid = await oidOf();
    expect(await migrate(SERVICE, database.owner, [table, uniqueIndex])).toEqual(['0002_item_id']);
    expect(await oidOf()).toEqual(oid);
  });

  it('run once when two set-ups start at the same moment', async () => {
    const results = await Promise.all([1, 2, 3].map(() => migrate(SERVICE, database.owner, [table, index])));
    expect(results.flat()).toEqual(['0002_item_name']);
  });
});
