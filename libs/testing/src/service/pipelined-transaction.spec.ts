import { newId, toUuid } from '@cordee/contracts/id';
import { roundTrips } from '@cordee/service/database/joined-writes';
import { migration } from '@cordee/service/database/migration';
import { executeBound, openOrm, roundTripsOf, sendAhead } from '@cordee/service/database/orm';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { protectTenantTables } from '@cordee/service/database/tenant-tables';
import {
  IsolationLevel,
  UniqueConstraintViolationException,
  type EntityManager,
  type MikroORM,
} from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from '../test-database.ts';
import { seededNumbers, serverUrl, testNumber } from '../test-environment.ts';

const SERVICE = 'writes';
const organizationId = newId('org', new Date());

const tablesMigration = migration(
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
let runtimeUrl: string;

beforeAll(async () => {
  const urls = await createTestDatabase(SERVICE, [tablesMigration]);
  drop = () => urls.drop();
  runtimeUrl = urls.runtime;
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
const boxValues = (number: unknown): unknown[] => [toUuid(organizationId), number];
const storedNumbers = async (): Promise<number[]> =>
  (await admin.query<{ number: number }>('select number from box order by number')).rows.map(({ number }) => number);
const readBackend = async (em: EntityManager): Promise<number> =>
  (await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid'))[0]!.pid;

describe('round trips of a transaction', () => {
  /** The round trips of the process, and those that the transaction itself has counted. */
  const countRoundTrips = async (work: (em: EntityManager) => unknown): Promise<number[]> => {
    await transaction(async (em) => em.execute('select 1'));
    const before = roundTrips();
    let opened: EntityManager | undefined;
    await transaction(async (em) => {
      opened = em;
      return work(em);
    });
    return [roundTrips() - before, roundTripsOf(opened!)];
  };

  it.each<[string, number, (em: EntityManager) => unknown]>([
    ['that only sets its context', 1, () => undefined],
    ['with one write that is sent ahead', 1, (em) => sendAhead(em, insertBox, boxValues(1))],
    [
      'with many writes that are sent ahead',
      1,
      (em) => [1, 2, 3, 4, 5].forEach((number) => sendAhead(em, insertBox, boxValues(number))),
    ],
    [
      'with two statements at the same time',
      2,
      (em) => Promise.all([1, 2].map((n) => em.execute(insertBox, boxValues(n)))),
    ],
    [
      'with two statements one after the other',
      3,
      async (em) => {
        await em.execute(insertBox, boxValues(1));
        await em.execute(insertBox, boxValues(2));
      },
    ],
  ])('%s: %d', async (_, expected, work) => {
    expect(await countRoundTrips(work)).toEqual([expected, expected]);
  });

  it('are none without a statement', async () => {
    const before = roundTrips();
    await orm.em.fork().transactional(async () => Promise.resolve());
    expect(roundTrips() - before).toBe(0);
  });
});

describe('a failed statement', () => {
  const insertTwice = (em: EntityManager): void => {
    sendAhead(em, insertBox, boxValues(1));
    sendAhead(em, insertBox, boxValues(1));
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
      await em.execute(insertBox, boxValues(1));
      await em.execute('select 1 / 0').catch(() => undefined);
    });
    await expect(work).rejects.toThrow('division by zero');
    expect(await storedNumbers()).toEqual([]);
  });

  it.each([
    ['awaited', (em: EntityManager, value: unknown): Promise<unknown> => executeBound(em, 'select $1', [value])],
    ['ignored', (em: EntityManager, value: unknown) => void executeBound(em, 'select $1', [value]).catch(() => 0)],
  ])(
    'with a value that cannot be encoded commits nothing and closes the connection when its result is %s',
    async (_, send) => {
      const unencodable = {
        toPostgres() {
          throw new Error('cannot be encoded');
        },
      };
      const backend = await transaction(readBackend);
      const work = transaction(async (em) => {
        sendAhead(em, insertBox, boxValues(1));
        await send(em, unencodable);
      });
      await expect(work).rejects.toThrow('cannot be encoded');
      expect(await storedNumbers()).toEqual([]);
      expect(await transaction(readBackend)).not.toBe(backend);
    },
  );

  it('leaves no tenant context and no other role than the login role to the next transaction', async () => {
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
    sendAhead(em, insertBox, boxValues(1));
    throw new Error('rejected');
  });
  await expect(work).rejects.toThrow('rejected');
  expect(await storedNumbers()).toEqual([]);
  expect(await transaction(readBackend)).toBe(backend);
});

it('after a migration, one repeat is enough for a transaction with many outdated statements', async () => {
  const texts = Array.from({ length: 7 }, (_, index) => `select box.* from box where number = ? -- ${index}`);
  const readAll = (): Promise<unknown> =>
    transaction(async (em) => {
      for (const text of texts) await em.execute(text, [1]);
    });
  await readAll();
  await admin.query('alter table box add column colour text');
  await expect(readAll()).rejects.toMatchObject({ code: '0A000' });
  await readAll();
  await admin.query('alter table box drop column colour');
});

it('a transaction cannot contain another transaction', async () => {
  await expect(transaction((em) => em.transactional(async () => Promise.resolve()))).rejects.toThrow(
    'a transaction cannot contain another transaction',
  );
});

it.each([[{ isolationLevel: IsolationLevel.SERIALIZABLE }], [{ readOnly: true }]])(
  'a transaction with the options %j is refused, because the options would have no effect',
  async (options) => {
    await expect(orm.em.fork().transactional(async () => Promise.resolve(), options)).rejects.toThrow('READ COMMITTED');
  },
);

it('a statement outside of a transaction cannot be sent ahead', () => {
  expect(() => sendAhead(orm.em.fork(), insertBox, boxValues(1))).toThrow('only a transaction');
});

describe('a backend that is terminated', () => {
  const terminate = (pid: number): Promise<unknown> => admin.query('select pg_terminate_backend($1)', [pid]);

  it.each<[string, (em: EntityManager) => Promise<unknown>]>([
    [
      'before a statement',
      async (em) => terminate(await readBackend(em)).then(() => em.execute(insertBox, boxValues(1))),
    ],
    [
      'before the commit',
      async (em) => {
        await em.execute(insertBox, boxValues(1));
        await terminate(await readBackend(em));
      },
    ],
    [
      'after a statement that was sent ahead',
      async (em) => {
        const pid = await readBackend(em);
        sendAhead(em, insertBox, boxValues(1));
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

describe('random transactions of two organizations on two connections', () => {
  type Fault = 'none' | 'refused' | 'ignored' | 'sent ahead' | 'unencodable' | 'thrown' | 'killed';
  const faults: Fault[] = ['none', 'none', 'refused', 'ignored', 'sent ahead', 'unencodable', 'thrown', 'killed'];
  const organizations = [organizationId, newId('org', new Date())] as const;
  const seed = testNumber('SEED', 1);
  const count = testNumber('ROUNDS', 300);

  it(`store all rows or none, only of their own organization (SEED=${seed})`, async () => {
    const random = seededNumbers(seed);
    const shared = await openOrm({ url: runtimeUrl, entities: [], poolSize: 2 });
    const inject: Record<Fault, (em: EntityManager) => unknown> = {
      none: () => undefined,
      refused: (em) => em.execute('select 1 / 0'),
      ignored: (em) => em.execute('select 1 / 0').catch(() => undefined),
      'sent ahead': (em) => sendAhead(em, 'select 1 / 0'),
      unencodable: (em) =>
        void executeBound(em, 'select $1', [{ toPostgres: () => Number('x').toFixed(-1) }]).catch(() => undefined),
      thrown: () => {
        throw new Error('thrown');
      },
      killed: async (em) => admin.query('select pg_terminate_backend($1)', [await readBackend(em)]),
    };
    const runOne = async (index: number): Promise<void> => {
      const owner = organizations[Math.floor(random() * 2)]!;
      const numbers = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, offset) => index * 10 + offset);
      const fault = faults[Math.floor(random() * faults.length)]!;
      const faultAt = Math.floor(random() * (numbers.length + 1));
      const isCommitted = await shared.em
        .fork()
        .transactional(async (em) => {
          setTenantContext(em, { organizationId: owner });
          for (const [position, number] of numbers.entries()) {
            if (position === faultAt) await inject[fault](em);
            const row = [toUuid(owner), number];
            if (random() < 0.5) sendAhead(em, insertBox, row);
            else await em.execute(insertBox, row);
          }
          if (faultAt === numbers.length) await inject[fault](em);
          const visible = await em.execute<{ id: string }[]>('select distinct organization_id as id from box');
          expect(visible).toEqual([{ id: toUuid(owner) }]);
        })
        .then(
          () => true,
          () => false,
        );
      const { rows } = await admin.query<{ organization_id: string }>(
        'select organization_id from box where number between $1 and $2',
        [index * 10, index * 10 + 9],
      );
      // A transaction whose backend was killed may have been committed before.
      const expected = fault === 'killed' ? [0, numbers.length] : [fault === 'none' ? numbers.length : 0];
      expect({ fault, stored: expected.includes(rows.length) || rows.length }).toEqual({ fault, stored: true });
      expect(rows.every((row) => row.organization_id === toUuid(owner))).toBe(true);
      if (fault === 'none') expect({ index, isCommitted }).toEqual({ index, isCommitted: true });
    };
    let next = 1;
    const worker = async (): Promise<void> => {
      while (next <= count) await runOne((next += 1));
    };
    try {
      await Promise.all([worker(), worker(), worker(), worker()]);
    } finally {
      await shared.close();
    }
  });
});
