import { openOrm } from '@cordee/service/database/orm';
import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from '../test-database.ts';
import { serverUrl } from '../test-environment.ts';

const POOL_SIZE = 3;

describe('a pool whose connections are terminated', () => {
  let orm: MikroORM;
  let admin: Client;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    const urls = await createTestDatabase('lost', []);
    drop = () => urls.drop();
    const url = new URL(serverUrl('DATABASE_ADMIN_URL'));
    url.pathname = new URL(urls.runtime).pathname;
    admin = new Client({ connectionString: url.href });
    await admin.connect();
    orm = await openOrm({ url: urls.runtime, entities: [], poolSize: POOL_SIZE });
  });

  afterAll(async () => {
    await orm.close();
    await admin.end();
    await drop();
  });

  const terminateAll = (): Promise<unknown> =>
    admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
  const selectOne = (): Promise<unknown> => orm.em.fork().execute('select 1 as one');

  it.each([
    [
      'inside a transaction',
      (): Promise<unknown> =>
        orm.em.fork().transactional(async (em) => {
          await em.execute('select 1');
          await terminateAll();
          await em.execute('select 1');
        }),
    ],
    [
      'just before a commit',
      (): Promise<unknown> =>
        orm.em.fork().transactional(async (em) => {
          await em.execute('select 1');
          await terminateAll();
        }),
    ],
    [
      'during a statement',
      (): Promise<unknown> => {
        const sleeping = orm.em.fork().execute('select pg_sleep(60)');
        let hasEnded = false;
        void sleeping.catch(() => undefined).finally(() => (hasEnded = true));
        // Waits until the statement sleeps or has failed: it may have got a connection that was terminated before.
        return untilSleeping(() => hasEnded)
          .then(terminateAll)
          .then(() => sleeping);
      },
    ],
  ])('recovers from terminations %s, even after more losses than it has connections', async (_, work) => {
    for (let round = 0; round < 2 * POOL_SIZE; round += 1) await expect(work()).rejects.toThrow();
    // The pool notices the end of an idle connection with a delay. Until then, a statement may get the connection.
    // Four statements use every connection of the pool.
    const selectFourTimes = async (): Promise<unknown[]> =>
      Promise.all([selectOne(), selectOne(), selectOne(), selectOne()]).catch(selectFourTimes);
    expect(await selectFourTimes()).toEqual(Array.from({ length: 4 }, () => [{ one: 1 }]));
  });

  async function untilSleeping(hasEnded: () => boolean): Promise<void> {
    while (!hasEnded()) {
      const { rowCount } = await admin.query(
        `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
      );
      if (rowCount) return;
    }
  }
});
