import { newId, toUuid } from '@cordee/contracts/id';
import { roundTrips } from '@cordee/service/database/joined-writes';
import { migration } from '@cordee/service/database/migration';
import { executeBound, openOrm, sendAhead } from '@cordee/service/database/orm';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import { UniqueConstraintViolationException, type EntityManager, type MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from '../test-database.ts';
import { serverUrl } from '../test-environment.ts';

const SERVICE = 'writes';
const organizationId = newId('org', new Date());

const tables = migration(
  '0001_writes',
  `
create table box (
  organization_id uuid not null, number integer not null, primary key (organization_id, number)
);
${protectTenantTables(SERVICE, [{ name: 'box' }])}`,
);

let orm: MikroORM;
let admin: Client;
let drop: () => Promise<void>;

beforeAll(async () => {
  const urls = await createTestDatabase(SERVICE, [tables]);
  drop = () => urls.drop();
  const url = new URL(serverUrl('DATABASE_ADMIN_URL'));
  url.pathname = new URL(urls.runtime).pathname;
  admin = new Client({ connectionString: url.href });
  await admin.connect();
  // One connection: each transaction gets the connection that the transaction before it has left.
  orm = await openOrm({ url: urls.runtime, entities: [], poolSize: 1 });
});

afterAll(async () => {
  await orm.close();
  await admin.end();
  await drop();
});

beforeEach(async () => {
  await admin.query('truncate box');
});

const transaction = <T>(work: (em: EntityManager) => T | Promise<T>): Promise<T> =>
  orm.em.fork().transactional(async (em) => {
    setTenantContext(em, { organizationId });
    return work(em);
  });
const insertBox = 'insert into box values (?, ?)';
const box = (number: unknown): unknown[] => [toUuid(organizationId), number];
const storedNumbers = async (): Promise<number[]> =>
  (await admin.query<{ number: number }>('select number from box order by number')).rows.map(({ number }) => number);
const readBackend = async (em: EntityManager): Promise<number> =>
  (await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid'))[0]!.pid;

describe('round trips of a transaction', () => {
  const countRoundTrips = async (work: (em: EntityManager) => unknown): Promise<number> => {
    await transaction(async (em) => em.execute('select 1'));
    const before = roundTrips();
    await transaction(work);
    return roundTrips() - before;
  };

  it.each<[string, number, (em: EntityManager) => unknown]>([
    ['that only sets its context', 1, () => undefined],
    ['with one write that is sent ahead', 1, (em) => sendAhead(em, insertBox, box(1))],
    [
      'with many writes that are sent ahead',
      1,
      (em) => [1, 2, 3, 4, 5].forEach((number) => sendAhead(em, insertBox, box(number))),
    ],
    ['with two statements at the same time', 2, (em) => Promise.all([1, 2].map((n) => em.execute(insertBox, box(n))))],
    [
      'with two statements one after the other',
      3,
      async (em) => {
        await em.execute(insertBox, box(1));
        await em.execute(insertBox, box(2));
      },
    ],
  ])('%s: %d', async (_, expected, work) => {
    expect(await countRoundTrips(work)).toBe(expected);
  });

  it('without a statement: none', async () => {
    const before = roundTrips();
    await orm.em.fork().transactional(async () => Promise.resolve());
    expect(roundTrips() - before).toBe(0);
  });
});

describe('a failed statement', () => {
  const insertTwice = (em: EntityManager): void => {
    sendAhead(em, insertBox, box(1));
    sendAhead(em, insertBox, box(1));
  };

  it('that was sent ahead fails the commit with its error, and nothing is stored', async () => {
    await expect(transaction(insertTwice)).rejects.toThrow(UniqueConstraintViolationException);
    expect(await storedNumbers()).toEqual([]);
  });

  it('that was sent ahead fails the next statement with its error', async () => {
    const failures: unknown[] = [];
    await transaction(async (em) => {
      insertTwice(em);
      await em.execute('select 1').catch((error: unknown) => failures.push(error));
    }).catch((error: unknown) => failures.push(error));
    expect(failures).toEqual([
      expect.any(UniqueConstraintViolationException),
      expect.any(UniqueConstraintViolationException),
    ]);
    expect(await storedNumbers()).toEqual([]);
  });

  it('whose error is ignored fails the commit, and nothing is stored', async () => {
    const work = transaction(async (em) => {
      await em.execute(insertBox, box(1));
      await em.execute('select 1 / 0').catch(() => undefined);
    });
    await expect(work).rejects.toThrow('division by zero');
    expect(await storedNumbers()).toEqual([]);
  });

  it.each([
    ['awaited', (em: EntityManager, value: unknown): Promise<unknown> => executeBound(em, 'select $1', [value])],
    ['ignored', (em: EntityManager, value: unknown) => void executeBound(em, 'select $1', [value]).catch(() => 0)],
  ])('with a value that cannot be encoded commits nothing and closes the connection: %s', async (_, send) => {
    const unencodable = {
      toPostgres() {
        throw new Error('cannot be encoded');
      },
    };
    const backend = await transaction(readBackend);
    const work = transaction(async (em) => {
      sendAhead(em, insertBox, box(1));
      await send(em, unencodable);
    });
    await expect(work).rejects.toThrow('cannot be encoded');
    expect(await storedNumbers()).toEqual([]);
    expect(await transaction(readBackend)).not.toBe(backend);
  });

  it('leaves no context and no role to the next transaction of the connection', async () => {
    const backend = await transaction(readBackend);
    await expect(transaction((em) => em.execute('select 1 / 0'))).rejects.toThrow();
    const [settings] = await orm.em.fork().transactional((em) =>
      em.execute<{ pid: number; organization: string | null; is_login: boolean }[]>(
        `select pg_backend_pid() as pid, current_setting('cordee.organization_id', true) as organization,
                  current_user = session_user as is_login`,
      ),
    );
    expect(settings).toEqual({ pid: backend, organization: '', is_login: true });
  });
});

it('a rejected transaction stores nothing, and its connection is used again', async () => {
  const backend = await transaction(readBackend);
  const work = transaction((em) => {
    sendAhead(em, insertBox, box(1));
    throw new Error('rejected');
  });
  await expect(work).rejects.toThrow('rejected');
  expect(await storedNumbers()).toEqual([]);
  expect(await transaction(readBackend)).toBe(backend);
});

it('a transaction cannot contain another transaction', async () => {
  await expect(transaction((em) => em.transactional(async () => Promise.resolve()))).rejects.toThrow(
    'a transaction cannot contain another transaction',
  );
});

it('a statement outside of a transaction cannot be sent ahead', () => {
  expect(() => sendAhead(orm.em.fork(), insertBox, box(1))).toThrow('only a transaction');
});

describe('a backend that is terminated', () => {
  const terminate = (pid: number): Promise<unknown> => admin.query('select pg_terminate_backend($1)', [pid]);

  it.each<[string, (em: EntityManager) => Promise<unknown>]>([
    ['before a statement', async (em) => terminate(await readBackend(em)).then(() => em.execute(insertBox, box(1)))],
    [
      'before the commit',
      async (em) => {
        await em.execute(insertBox, box(1));
        await terminate(await readBackend(em));
      },
    ],
    [
      'after a statement that was sent ahead',
      async (em) => {
        const pid = await readBackend(em);
        sendAhead(em, insertBox, box(1));
        sendAhead(em, 'select pg_sleep(60)');
        await terminate(pid);
      },
    ],
  ])('%s fails the transaction, and nothing is stored', async (_, work) => {
    await expect(transaction(work)).rejects.toThrow();
    expect(await storedNumbers()).toEqual([]);
    expect(await transaction((em) => em.execute('select 1 as one'))).toEqual([{ one: 1 }]);
  });
});
