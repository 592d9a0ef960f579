import { openOrm } from '@cordee/service/database/orm';
import type { MikroORM } from '@mikro-orm/postgresql';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../test-database.ts';
import { waitFor } from '../wait-for.ts';

describe('closing the connections of a service', () => {
  let orm: MikroORM;
  let runtimeUrl: string;
  let drop: () => Promise<void>;

  beforeEach(async () => {
    const urls = await createTestDatabase('closing', []);
    drop = () => urls.drop();
    runtimeUrl = urls.runtime;
    orm = await openOrm({ url: runtimeUrl, entities: [], poolSize: 1 });
  });

  afterEach(() => drop());

  const countConnections = async (): Promise<number> => {
    const observer = await openOrm({ url: runtimeUrl, entities: [] });
    const [row] = await observer.em.fork().execute<[{ count: number }]>(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await observer.close();
    return row.count;
  };

  it('waits for the statements and the transactions that wait for a connection', async () => {
    let allowCommit!: () => void;
    const commitPermission = new Promise<void>((resolve) => (allowCommit = resolve));
    let reportBegin!: () => void;
    const begin = new Promise<void>((resolve) => (reportBegin = resolve));
    const openTransaction = orm.em.fork().transactional(async (em) => {
      await em.execute('select 1');
      reportBegin();
      await commitPermission;
    });
    await begin;
    const waitingStatement = orm.em.fork().execute('select 2 as value');
    const waitingTransaction = orm.em.fork().transactional((em) => em.execute('select 3 as value'));
    await new Promise((resolve) => setImmediate(resolve));
    const closed = orm.close();
    allowCommit();
    await openTransaction;
    expect(await Promise.all([waitingStatement, waitingTransaction, closed])).toEqual([
      [{ value: 2 }],
      [{ value: 3 }],
      undefined,
    ]);
  });

  it('ends every connection, used by plain statements or by transactions', async () => {
    await orm.em.fork().execute('select 1');
    await orm.em.fork().transactional((em) => em.execute('select 1'));
    await orm.close();
    await waitFor(async () => (await countConnections()) === 0, 'the end of the connections');
  });

  it('succeeds when no connection was ever opened', async () => {
    await orm.close();
    expect(await countConnections()).toBe(0);
  });
});
