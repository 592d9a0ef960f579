import { inSpan } from '@cordee/messaging/spans';
import {
  createPostgresBackend,
  Queue,
  withBackend,
  Worker,
  type Job,
  type QueueOptions,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from './start-error.ts';

/** The key of a row that is due. */
export interface DueRow<I extends string = string> {
  organizationId: `org_${string}`;
  id: I;
  /** W3C `traceparent` of the span that has stored the row, if the row contains it. The job links to this span. */
  traceparent?: string;
}

export interface Sweep<I extends string = string> {
  /** Unique within the service: `send-reminders`. */
  name: string;
  /** The interval between searches. A moved clock and `wake` cause a search at once. */
  everyMs: number;
  /** Finds the due rows, oldest first. */
  findDue(): Promise<DueRow<I>[]>;
  /**
   * Handles one due row: claims the row with SKIP LOCKED, checks that the row is still due, and does the work. The
   * work must be safe to repeat. Work that takes long ends when `signal` aborts, because the service stops.
   */
  work(row: DueRow<I>, signal: AbortSignal): Promise<void>;
}

export interface JobsOptions {
  service: string;
  /** The URL of Redis. Without Redis, jobs run on PostgreSQL at `databaseUrl`. */
  redisUrl: string | undefined;
  databaseUrl: string | undefined;
  logError: (error: unknown, where: string) => void;
  concurrency?: number;
  /** Separates the queues of several installations on one Redis. */
  prefix?: string | undefined;
  /** The interval between checks that the searches are scheduled. */
  scheduleCheckMs?: number;
  /** A row that was queued longer ago is queued again: its job may be lost, or another replica may have failed. */
  requeueMs?: number;
}

/** The address of a service's queue. */
export type QueueAddress = Pick<JobsOptions, 'service' | 'redisUrl' | 'databaseUrl' | 'prefix'>;

/** The methods of a queue that both backends have and that `Jobs` uses. */
export type JobQueue = Pick<
  Queue,
  'add' | 'addBulk' | 'getJobCounts' | 'getJobScheduler' | 'removeJobScheduler' | 'upsertJobScheduler' | 'close'
> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
};
type JobWorker = Pick<Worker, 'close'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: { name: string } | undefined, error: Error) => void): unknown;
};
type RunJob = (job: Pick<Job, 'name' | 'data'>) => Promise<void>;

const SEARCH = 'search';
const SCHEDULE_CHECK_MS = 5_000;
const WAKE_DELAY_MS = 20;
const REQUEUE_MS = 10_000;
/** A search whose time differs from now by more than its interval plus this tolerance is scheduled again. */
const TOLERANCE_MS = 10_000;
/** The number of connections of the queue and of the worker of one service when jobs run on PostgreSQL. */
const QUEUE_CONNECTIONS = 2;
const WORKER_CONNECTIONS = 4;

/**
 * Runs work that becomes due. PostgreSQL stores the due rows; BullMQ only wakes workers and distributes the rows, so
 * lost, duplicated or late jobs and an emptied Redis change nothing (RMD-2).
 */
export class Jobs {
  private readonly sweeps = new Map<string, Sweep>();
  private queue: JobQueue | undefined;
  private worker: JobWorker | undefined;
  private scheduleTimer: NodeJS.Timeout | undefined;
  private pendingWake: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  /** The time at which this process queued a row, by job id. Has only rows whose work has not ended in this process. */
  private readonly queuedAt = new Map<string, number>();

  constructor(private readonly options: JobsOptions) {
    if (options.redisUrl) return;
    if (!options.databaseUrl)
      throw new StartError('REDIS_URL and JOBS_DATABASE_URL are missing: jobs need one of these variables');
  }

  /** True when the service has registered at least one sweep. */
  get hasSweeps(): boolean {
    return this.sweeps.size > 0;
  }

  register<I extends string>(sweep: Sweep<I>): void {
    this.sweeps.set(sweep.name, sweep);
  }

  async start(): Promise<void> {
    if (this.sweeps.size === 0) return;
    const { logError, scheduleCheckMs = SCHEDULE_CHECK_MS } = this.options;
    const { queue, worker } = this.openBackend((job) => this.run(job.name, job.data as DueRow));
    this.queue = queue;
    this.worker = worker;
    queue.on('error', (error) => logError(error, 'job queue'));
    worker.on('error', (error) => logError(error, 'job worker'));
    worker.on('failed', (job, error) => logError(error, `job ${job?.name}`));
    await this.scheduleSearches();
    // An error that occurs after `stop` is not logged.
    this.scheduleTimer = setInterval(
      () =>
        void this.scheduleSearches().catch((error: unknown) => this.scheduleTimer && logError(error, 'job schedule')),
      scheduleCheckMs,
    );
    await this.wake();
  }

  /** Searches for due rows now. Calls within a short time cause one search. */
  wake(): Promise<void> {
    this.pendingWake ??= sleep(WAKE_DELAY_MS).then(() => {
      // A call from now on may be about a row that this search does not find.
      this.pendingWake = undefined;
      return this.queueSearches();
    });
    return this.pendingWake;
  }

  /** The number of jobs by state. Empty when the service has no queue. */
  async counts(): Promise<Record<string, number>> {
    return (await this.queue?.getJobCounts('wait', 'active', 'delayed', 'failed')) ?? {};
  }

  /** Waits for running jobs and closes the queue. */
  async stop(): Promise<void> {
    clearInterval(this.scheduleTimer);
    this.scheduleTimer = undefined;
    this.stopping.abort();
    await this.pendingWake;
    await this.worker?.close();
    await this.queue?.close();
  }

  private openBackend(run: RunJob): { queue: JobQueue; worker: JobWorker } {
    const { service, redisUrl, databaseUrl, prefix, concurrency = 8 } = this.options;
    const options = { concurrency } satisfies Partial<WorkerOptions>;
    const queue = openQueue(this.options);
    if (redisUrl) return { queue, worker: new Worker(service, run, { ...redisOptions(redisUrl, prefix), ...options }) };
    return {
      queue,
      worker: new postgres.Worker(postgresQueueName(service, prefix), run, {
        connection: postgresConnection(databaseUrl, WORKER_CONNECTIONS),
        ...options,
      }),
    };
  }

  /**
   * Schedules missing searches: at the start, after a change of the interval, and after Redis was emptied. A running
   * search of an earlier version of the service can schedule the next search too late, after the interval of that
   * version.
   */
  private async scheduleSearches(): Promise<void> {
    for (const { name, everyMs } of this.sweeps.values()) {
      const searchJob = `${name}:${SEARCH}`;
      const scheduler = await this.queue!.getJobScheduler(searchJob);
      const waitMs = scheduler?.next === undefined ? undefined : scheduler.next - Date.now();
      const isScheduled =
        scheduler?.every === everyMs && waitMs !== undefined && Math.abs(waitMs) < everyMs + TOLERANCE_MS;
      if (isScheduled) continue;
      // The scheduler is removed first, because an update would not change the time of the next search.
      if (scheduler) await this.queue!.removeJobScheduler(searchJob);
      await this.queue!.upsertJobScheduler(searchJob, { every: everyMs }, { name: searchJob });
    }
  }

  private async run(job: string, data: DueRow): Promise<void> {
    const [name, kind] = job.split(':') as [string, string];
    const sweep = this.sweeps.get(name);
    // The sweep is from another version of the service.
    if (!sweep) return;
    if (kind === SEARCH) return this.queueDueRows(name, sweep);
    return inSpan(
      () => ({ name: `job ${name}`, kind: 'CONSUMER', link: data.traceparent }),
      () => sweep.work(data, this.stopping.signal),
    ).finally(() => this.queuedAt.delete(jobIdOf(name, data)));
  }

  private async queueSearches(): Promise<void> {
    for (const name of this.sweeps.keys()) await this.queue?.add(`${name}:${SEARCH}`, {});
  }

  private async queueDueRows(name: string, sweep: Sweep): Promise<void> {
    const now = performance.now();
    const { requeueMs = REQUEUE_MS } = this.options;
    for (const [jobId, queuedAt] of this.queuedAt) if (queuedAt < now - requeueMs) this.queuedAt.delete(jobId);
    // Each search also finds the rows that already wait in the queue. These rows are not queued again.
    const due = (await sweep.findDue()).filter((row) => !this.queuedAt.has(jobIdOf(name, row)));
    for (const row of due) this.queuedAt.set(jobIdOf(name, row), now);
    await this.queue!.addBulk(
      due.map((row) => ({ name: `${name}:work`, data: row, opts: { jobId: jobIdOf(name, row) } })),
    );
  }
}

/** The job id is the key of the row, so that a waiting row is not queued twice. */
const jobIdOf = (sweep: string, row: DueRow): string => `${sweep}-${row.organizationId}-${row.id}`;

const postgres = withBackend(createPostgresBackend);
// BullMQ requires that the client of a worker retries without a limit (`null`).
const redisOptions = (url: string, prefix = 'cordee') => ({ connection: { url, maxRetriesPerRequest: null }, prefix });
const postgresQueueName = (service: string, prefix: string | undefined): string =>
  prefix ? `${prefix}-${service}` : service;
const postgresConnection = (databaseUrl: string | undefined, max: number) => ({
  connectionString: databaseUrl!,
  migrate: true,
  max,
});

/** Opens the queue of a service. */
export function openQueue({ service, redisUrl, databaseUrl, prefix }: QueueAddress): JobQueue {
  // A finished job is removed, so that the same row can be queued again under the same job id.
  const options = { defaultJobOptions: { removeOnComplete: true, removeOnFail: true } } satisfies Partial<QueueOptions>;
  if (redisUrl) return new Queue(service, { ...redisOptions(redisUrl, prefix), ...options });
  return new postgres.Queue(postgresQueueName(service, prefix), {
    connection: postgresConnection(databaseUrl, QUEUE_CONNECTIONS),
    ...options,
  });
}

/** Pings Redis; returns the problem, or undefined when Redis answers. */
export async function probeRedis(url: string): Promise<string | undefined> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return undefined;
  } catch {
    return 'Redis does not answer';
  } finally {
    client.disconnect();
  }
}
