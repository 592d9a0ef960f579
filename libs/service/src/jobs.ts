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

/** A row that is due, by the key of its table. */
export interface DueRow<I extends string = string> {
  organizationId: `org_${string}`;
  id: I;
}

export interface Sweep<I extends string = string> {
  /** Unique within the service: `send-reminders`. */
  name: string;
  /** How often it looks by itself; a moved clock and `wake` make it look at once. */
  everyMs: number;
  /** The rows that are due, oldest first. */
  findDue(): Promise<DueRow<I>[]>;
  /** Does one of them: claims the row with SKIP LOCKED, checks that it is still due, acts. Doing it twice must change nothing. */
  work(row: DueRow<I>): Promise<void>;
}

export interface JobsOptions {
  service: string;
  /** Without it, jobs run on PostgreSQL at `databaseUrl`; not in production. */
  redisUrl: string | undefined;
  databaseUrl: string | undefined;
  isProduction: boolean;
  report: (error: unknown, where: string) => void;
  concurrency?: number;
  /** Keeps the queues of several installations apart. */
  prefix?: string | undefined;
  /** How often it makes sure that its looks are still planned. */
  planEveryMs?: number;
}

/** Where the queue of a service is. */
export type QueuePlace = Pick<JobsOptions, 'service' | 'redisUrl' | 'databaseUrl' | 'prefix'>;

/** What is used of a queue and a worker, whichever backend they have. */
export type JobQueue = Pick<Queue, 'add' | 'addBulk' | 'getJobScheduler' | 'upsertJobScheduler' | 'close'> & {
  on(event: 'error', hear: (error: Error) => void): unknown;
};
type JobWorker = Pick<Worker, 'close'> & {
  on(event: 'error', hear: (error: Error) => void): unknown;
  on(event: 'failed', hear: (job: { name: string } | undefined, error: Error) => void): unknown;
};
type Run = (job: Pick<Job, 'name' | 'data'>) => Promise<void>;

const LOOK = 'look';
const PLAN_EVERY_MS = 5_000;
/** A look that has not come this long after its time never will. */
const OVERDUE_MS = 30_000;
/** Connections of one service's queue and worker where jobs run on PostgreSQL. */
const QUEUE_CONNECTIONS = 2;
const WORKER_CONNECTIONS = 4;

/**
 * Work that time makes due. PostgreSQL holds what is due; BullMQ only wakes the workers up and spreads the rows over them, so a job that
 * is lost, doubled, late or kept for ever, and an emptied Redis, change nothing (RMD-2, C-PLT-05).
 */
export class Jobs {
  private readonly sweeps = new Map<string, Sweep>();
  private queue: JobQueue | undefined;
  private worker: JobWorker | undefined;
  private planning: NodeJS.Timeout | undefined;

  constructor(private readonly parts: JobsOptions) {
    if (parts.redisUrl) return;
    if (parts.isProduction) throw new Error('REDIS_URL is missing: jobs on PostgreSQL are refused in production');
    if (!parts.databaseUrl) throw new Error('REDIS_URL is missing, and JOBS_DATABASE_URL, which could stand in for it');
  }

  /** Whether time makes anything due in this service. */
  get hasSweeps(): boolean {
    return this.sweeps.size > 0;
  }

  register<I extends string>(sweep: Sweep<I>): void {
    this.sweeps.set(sweep.name, sweep);
  }

  async start(): Promise<void> {
    if (this.sweeps.size === 0) return;
    const { report, planEveryMs = PLAN_EVERY_MS } = this.parts;
    const { queue, worker } = this.open((job) => this.run(job.name, job.data as DueRow));
    this.queue = queue;
    this.worker = worker;
    queue.on('error', (error) => report(error, 'job queue'));
    worker.on('error', (error) => report(error, 'job worker'));
    worker.on('failed', (job, error) => report(error, `job ${job?.name}`));
    await this.plan();
    this.planning = setInterval(
      () => void this.plan().catch((error: unknown) => this.planning && report(error, 'job plan')),
      planEveryMs,
    );
    await this.wake();
  }

  /** Looks for what is due now. */
  async wake(): Promise<void> {
    for (const name of this.sweeps.keys()) await this.queue?.add(`${name}:${LOOK}`, {});
  }

  /** Finishes the jobs under way. */
  async stop(): Promise<void> {
    clearInterval(this.planning);
    this.planning = undefined;
    await this.worker?.close();
    await this.queue?.close();
  }

  private open(run: Run): { queue: JobQueue; worker: JobWorker } {
    const { service, redisUrl, databaseUrl, prefix, concurrency = 8 } = this.parts;
    const options = { concurrency } satisfies Partial<WorkerOptions>;
    const queue = openQueue(this.parts);
    if (redisUrl) return { queue, worker: new Worker(service, run, { ...onRedis(redisUrl, prefix), ...options }) };
    return {
      queue,
      worker: new postgres.Worker(onPostgres(service, prefix), run, {
        connection: connectionTo(databaseUrl, WORKER_CONNECTIONS),
        ...options,
      }),
    };
  }

  /** Plans the looks that are not, or no longer, planned: the first time, after a change of their interval, and after Redis was emptied. */
  private async plan(): Promise<void> {
    for (const { name, everyMs } of this.sweeps.values()) {
      const look = `${name}:${LOOK}`;
      const planned = await this.queue!.getJobScheduler(look);
      const isAlive =
        planned?.every === everyMs && planned.next !== undefined && planned.next > Date.now() - everyMs - OVERDUE_MS;
      if (!isAlive) await this.queue!.upsertJobScheduler(look, { every: everyMs }, { name: look });
    }
  }

  private async run(job: string, data: DueRow): Promise<void> {
    const [name, kind] = job.split(':') as [string, string];
    const sweep = this.sweeps.get(name);
    // A job of an older version of the service.
    if (!sweep) return;
    if (kind !== LOOK) return sweep.work(data);
    const due = await sweep.findDue();
    // The row's key is the job's id: a row that is already waiting is not queued twice.
    await this.queue!.addBulk(
      due.map((row) => ({
        name: `${name}:work`,
        data: row,
        opts: { jobId: `${name}-${row.organizationId}-${row.id}` },
      })),
    );
  }
}

const postgres = withBackend(createPostgresBackend);
const onRedis = (url: string, prefix = 'cordee') => ({ connection: { url, maxRetriesPerRequest: null }, prefix });
const onPostgres = (service: string, prefix: string | undefined): string => (prefix ? `${prefix}-${service}` : service);
const connectionTo = (databaseUrl: string | undefined, max: number) => ({
  connectionString: databaseUrl!,
  migrate: true,
  max,
});

/** The queue of a service, to add to or to look at. */
export function openQueue({ service, redisUrl, databaseUrl, prefix }: QueuePlace): JobQueue {
  const options = { defaultJobOptions: { removeOnComplete: true, removeOnFail: true } } satisfies Partial<QueueOptions>;
  if (redisUrl) return new Queue(service, { ...onRedis(redisUrl, prefix), ...options });
  return new postgres.Queue(onPostgres(service, prefix), {
    connection: connectionTo(databaseUrl, QUEUE_CONNECTIONS),
    ...options,
  });
}

/** Whether Redis answers. */
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
