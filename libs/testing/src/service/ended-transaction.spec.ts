import { migration } from '@cordee/service/database/migration';
import { openOrm, sendAhead } from '@cordee/service/database/orm';
import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from '../test-database.ts';
import { serverUrl } from '../test-environment.ts';

const SERVICE = 'notes';
/**
 * The table has no row-level security, because row-level security would refuse the statements of this spec: they have
 * no tenant context.
 */
const tablesMigration = migration(
  '0001_notes',
  `create table note (number integer primary key); grant select, insert on note to cordee_notes;`,
);

let orm: MikroORM;
let admin: Client;
let drop: () => Promise<void>;
beforeAll(async () => {
  const urls = await createTestDatabase(SERVICE, [tablesMigration]);
  drop = () => urls.drop();
  const url = new URL(serverUrl('DATABASE_ADMIN_URL'));
  url.pathname = new URL(urls.runtime).pathname;
  admin = new Client({ connectionString: url.href });
  await admin.connect();
  orm = await openOrm({ url: urls.runtime, entities: [], poolSize: 1 });
});
afterAll(async () => {
  await orm.close();
  await admin.end();
  await drop();
});
beforeEach(async () => {
  await admin.query('truncate note');
});
const storedNumbers = async (): Promise<number[]> =>
  (await admin.query<{ number: number }>('select number from note order by number')).rows.map(({ number }) => number);
/** The pool has only one connection, so this statement waits for every statement that was sent before. */
const waitForSentStatements = (): Promise<unknown> => orm.em.fork().execute('select 1');

it('a branch that continues after another branch was rejected stores nothing', async () => {
  let branch: Promise<void> | undefined;
  const work = orm.em.fork().transactional(async (em) => {
    branch = em.execute('select pg_sleep(0.03)').then(() => sendAhead(em, 'insert into note values (?)', [1]));
    await Promise.all([branch, Promise.reject(new Error('rejected'))]);
  });
  await expect(work).rejects.toThrow('rejected');
  await branch?.catch(() => undefined);
  await waitForSentStatements();
  expect(await storedNumbers()).toEqual([]);
});

it.each([
  ['the rollback', new Error('rejected')],
  ['the commit', undefined],
])('a statement that is sent while %s is on its way stores nothing', async (_, error) => {
  const sent = Promise.withResolvers<void>();
  const work = orm.em.fork().transactional(async (em) => {
    await em.execute('select 1');
    setImmediate(() => {
      sendAhead(em, 'insert into note values (?)', [2]);
      sent.resolve();
    });
    if (error) throw error;
  });
  await Promise.allSettled([work, sent.promise]);
  await waitForSentStatements();
  expect(await storedNumbers()).toEqual([]);
});
