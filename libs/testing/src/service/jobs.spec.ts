import { randomBytes } from 'node:crypto';
import { newId } from '@cordee/contracts/id';
import { setUpJobsDatabase } from '@cordee/service/database/set-up-database';
import { Jobs, openQueue, type DueRow, type JobsOptions, type Sweep } from '@cordee/service/jobs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { ItemCollector } from '../item-collector.ts';
import { serverUrl } from '../test-environment.ts';

const organizationId = newId('org', new Date());
const makeDueRows = (...ids: string[]): DueRow[] => ids.map((id) => ({ organizationId, id }));
/** An interval that is longer than a test, so that the schedule does not disturb the test. */
const NEVER_MS = 3_600_000;

interface Backend {
  urls: Pick<JobsOptions, 'redisUrl' | 'databaseUrl'>;
  /** Deletes all jobs, like FLUSHALL. */
  empty(prefix: string): Promise<void>;
  close(): Promise<void>;
}

async function openRedis(): Promise<Backend> {
  const redisUrl = serverUrl('REDIS_URL');
  const client = new Redis(redisUrl);
  const empty = async (prefix: string): Promise<void> => {
    const keys = await client.keys(`${prefix}:*`);
    if (keys.length > 0) await client.del(keys);
  };
  return { urls: { redisUrl, databaseUrl: undefined }, empty, close: async () => void (await client.quit()) };
}

async function openPostgres(): Promise<Backend> {
  const database = `test_jobs_${randomBytes(6).toString('hex')}`;
  const adminUrl = serverUrl('DATABASE_ADMIN_URL');
  const databaseUrl = await setUpJobsDatabase(adminUrl, { database, password: 'test' });
  const withClient = async (url: string, work: (client: Client) => Promise<unknown>): Promise<void> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  };
  return {
    urls: { redisUrl: undefined, databaseUrl },
    empty: () =>
      withClient(databaseUrl, (client) => client.query('delete from bullmq.job; delete from bullmq.scheduler')),
    close: () => withClient(adminUrl, (client) => client.query(`drop database ${database} with (force)`)),
  };
}

describe.each([
  ['Redis', openRedis],
  ['PostgreSQL', openPostgres],
] as const)('jobs on %s', (_, open) => {
  let backend: Backend;
  let prefix: string;
  let running: Jobs[];
  let reportedErrors: ItemCollector<unknown>;

  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());
  beforeEach(() => {
    prefix = `t${randomBytes(6).toString('hex')}`;
    running = [];
    reportedErrors = new ItemCollector();
  });
  afterEach(async () => {
    await Promise.all(running.map((jobs) => jobs.stop()));
    await backend.empty(prefix);
  });

  /** Starts a replica of the service with this sweep. */
  const start = async (sweep: Omit<Sweep, 'name'>, changes: Partial<JobsOptions> = {}): Promise<Jobs> => {
    const jobs = new Jobs({
      service: 'storage',
      ...backend.urls,
      prefix,
      logError: (error) => reportedErrors.add(error),
      ...changes,
    });
    jobs.register({ name: 'tidy', ...sweep });
    running.push(jobs);
    await jobs.start();
    return jobs;
  };

  /** Rows that are due until they are processed. */
  class DueRowSet {
    readonly open = new Set<string>();
    readonly processed = new ItemCollector<string>();
    findDue = async (): Promise<DueRow[]> => makeDueRows(...this.open);
    work = async ({ id }: DueRow): Promise<void> => {
      // Claims the row, as `for update skip locked` does.
      if (this.open.delete(id)) this.processed.add(id);
    };
    add(...ids: string[]): void {
      for (const id of ids) this.open.add(id);
    }
  }

  it('run at the start and after a wake-up, once per row although two replicas run', async () => {
    const due = new DueRowSet();
    const ids = Array.from({ length: 40 }, (_row, index) => `row${index}`);
    due.add(...ids);
    const firstReplica = await start({ everyMs: NEVER_MS, findDue: due.findDue, work: due.work });
    const secondReplica = await start({ everyMs: NEVER_MS, findDue: due.findDue, work: due.work });
    await due.processed.untilCount(40);
    due.add('late');
    await Promise.all([firstReplica.wake(), secondReplica.wake(), firstReplica.wake()]);
    await due.processed.untilCount(41);
    expect(due.processed.all.toSorted()).toEqual([...ids, 'late'].toSorted());
    expect(reportedErrors.all).toEqual([]);
  });

  it('run on their schedule', async () => {
    const due = new DueRowSet();
    await start({ everyMs: 100, findDue: due.findDue, work: due.work });
    for (const id of ['a', 'b', 'c']) {
      due.add(id);
      await due.processed.until((processed) => processed.includes(id));
    }
  });

  it('use their interval when the next search is scheduled much later', async () => {
    // An earlier version of the service can schedule the next search after its own, longer interval.
    const queue = openQueue({ service: 'storage', ...backend.urls, prefix });
    await queue.upsertJobScheduler(
      'tidy:search',
      { every: 100, startDate: Date.now() + NEVER_MS },
      { name: 'tidy:search' },
    );
    await queue.close();
    const due = new DueRowSet();
    await start({ everyMs: 100, findDue: due.findDue, work: due.work });
    for (const id of ['a', 'b']) {
      due.add(id);
      await due.processed.until((processed) => processed.includes(id));
    }
  });

  it('are retried after the next search when they fail', async () => {
    const due = new DueRowSet();
    due.add('a');
    const tries = new ItemCollector<string>();
    await start({
      everyMs: 100,
      findDue: due.findDue,
      work: async (row) => {
        tries.add(row.id);
        if (tries.all.length < 3) throw new Error('the mail server is down');
        await due.work(row);
      },
    });
    await due.processed.untilCount(1);
    expect(tries.all).toEqual(['a', 'a', 'a']);
    expect(reportedErrors.all).toEqual([
      expect.objectContaining({ message: 'the mail server is down' }),
      expect.objectContaining({ message: 'the mail server is down' }),
    ]);
  });

  it('do not process a row twice at the same time, however often the row is found', async () => {
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const dueIds = new Set(['a']);
    const begun = new ItemCollector<string>();
    const jobs = await start({
      everyMs: NEVER_MS,
      findDue: async () => makeDueRows(...dueIds),
      work: async ({ id }) => {
        begun.add(id);
        if (id !== 'a') return;
        started.resolve();
        await gate.promise;
        dueIds.delete('a');
      },
    });
    await started.promise;
    for (const id of ['b', 'c', 'd']) {
      dueIds.add(id);
      await jobs.wake();
      await begun.until((ids) => ids.includes(id));
    }
    expect(begun.all.filter((id) => id === 'a')).toEqual(['a']);
    gate.resolve();
  });

  it('are scheduled again after the backend has lost all jobs', async () => {
    const due = new DueRowSet();
    await start({ everyMs: 100, findDue: due.findDue, work: due.work }, { scheduleCheckMs: 100 });
    due.add('before');
    await due.processed.untilCount(1);
    await backend.empty(prefix);
    due.add('after');
    expect(await due.processed.untilCount(2)).toEqual(['before', 'after']);
  });

  it('process a row whose job was lost while it waited', async () => {
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const due = new DueRowSet();
    due.add('slow', 'lost');
    await start(
      {
        everyMs: 100,
        findDue: due.findDue,
        work: async (row) => {
          if (row.id === 'slow') {
            started.resolve();
            await gate.promise;
          }
          await due.work(row);
        },
      },
      { concurrency: 1, scheduleCheckMs: 100, requeueMs: 100 },
    );
    await started.promise;
    await backend.empty(prefix);
    gate.resolve();
    await due.processed.until((processed) => processed.includes('lost'));
  });

  it('use a changed interval after a restart', async () => {
    const due = new DueRowSet();
    const oldReplica = await start({ everyMs: NEVER_MS, findDue: due.findDue, work: due.work });
    await oldReplica.stop();
    await start({ everyMs: 100, findDue: due.findDue, work: due.work });
    for (const id of ['a', 'b']) {
      due.add(id);
      await due.processed.until((processed) => processed.includes(id));
    }
  });

  it('that are running finish before `stop` resolves', async () => {
    const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const due = new DueRowSet();
    due.add('a');
    const jobs = await start({
      everyMs: NEVER_MS,
      findDue: due.findDue,
      work: async (row) => {
        started.resolve();
        await gate.promise;
        await due.work(row);
      },
    });
    await started.promise;
    const stopped = jobs.stop();
    gate.resolve();
    await stopped;
    expect(due.processed.all).toEqual(['a']);
  });

  it('of a removed sweep cause no error', async () => {
    const removedRows = new DueRowSet();
    removedRows.add('a');
    const oldReplica = await start({ everyMs: 100, findDue: removedRows.findDue, work: removedRows.work });
    await oldReplica.stop();
    const due = new DueRowSet();
    const jobs = new Jobs({
      service: 'storage',
      ...backend.urls,
      prefix,
      logError: (error) => reportedErrors.add(error),
    });
    jobs.register({ name: 'sort', everyMs: 100, findDue: due.findDue, work: due.work });
    running.push(jobs);
    await jobs.start();
    due.add('b');
    await due.processed.untilCount(1);
    expect(reportedErrors.all).toEqual([]);
  });
});

it('jobs reject a configuration without a backend', () => {
  expect(
    () => new Jobs({ service: 'storage', redisUrl: undefined, databaseUrl: undefined, logError: () => undefined }),
  ).toThrow(/REDIS_URL and JOBS_DATABASE_URL are missing/);
});

it('the role of jobs on PostgreSQL leaves no details of failed statements in the log of the database', async () => {
  const backend = await openPostgres();
  const client = new Client({ connectionString: backend.urls.databaseUrl });
  await client.connect();
  const { rows } = await client.query('show log_error_verbosity');
  await client.end();
  await backend.close();
  expect(rows).toEqual([{ log_error_verbosity: 'terse' }]);
});
