import { Queue, Worker, type ConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';

/** A row that is due, by the key of its table. */
export interface DueRow {
  organizationId: `org_${string}`;
  id: string;
}

export interface Sweep {
  /** Unique within the service: `send-reminders`. */
  name: string;
  /** How often it looks by itself; a moved clock and `wake` make it look at once. */
  everyMs: number;
  /** The rows that are due, oldest first. */
  findDue(): Promise<DueRow[]>;
  /** Does one of them: claims the row with SKIP LOCKED, checks that it is still due, acts. Doing it twice must change nothing. */
  work(row: DueRow): Promise<void>;
}

export interface JobsParts {
  service: string;
  /** Without it, jobs run on PostgreSQL at `databaseUrl`. */
  redisUrl: string | undefined;
  databaseUrl: string | undefined;
  report: (error: unknown, where: string) => void;
  concurrency?: number;
  /** Keeps the queues of several installations on one Redis apart. */
  prefix?: string | undefined;
}

const LOOK = 'look';

/**
 * Work that time makes due. PostgreSQL holds what is due; BullMQ only wakes the workers up and spreads the rows over them, so a job that
 * is lost, doubled, late or kept for ever by Redis changes nothing (RMD-2, C-PLT-05).
 */
export class Jobs {
  private readonly sweeps = new Map<string, Sweep>();
  private readonly connection: ConnectionOptions;
  private readonly prefix: string;
  private queue: Queue | undefined;
  private worker: Worker | undefined;

  constructor(private readonly parts: JobsParts) {
    if (!parts.redisUrl) throw new Error('REDIS_URL is missing');
    this.prefix = parts.prefix ?? 'cordee';
    this.connection = { url: parts.redisUrl, maxRetriesPerRequest: null };
  }

  register(sweep: Sweep): void {
    this.sweeps.set(sweep.name, sweep);
  }

  async start(): Promise<void> {
    if (this.sweeps.size === 0) return;
    const { service, report } = this.parts;
    this.queue = new Queue(service, { connection: this.connection, prefix: this.prefix, defaultJobOptions: { removeOnComplete: true, removeOnFail: true } });
    this.queue.on('error', (error) => report(error, 'job queue'));
    this.worker = new Worker(service, (job) => this.run(job.name, job.data as DueRow), { connection: this.connection, prefix: this.prefix, concurrency: this.parts.concurrency ?? 8 });
    this.worker.on('error', (error) => report(error, 'job worker'));
    this.worker.on('failed', (job, error) => report(error, `job ${job?.name}`));
    for (const { name, everyMs } of this.sweeps.values()) await this.queue.upsertJobScheduler(`${name}:${LOOK}`, { every: everyMs }, { name: `${name}:${LOOK}` });
    await this.wake();
  }

  /** Looks for what is due now. */
  async wake(): Promise<void> {
    for (const name of this.sweeps.keys()) await this.queue?.add(`${name}:${LOOK}`, {});
  }

  /** Finishes the jobs under way. */
  async stop(): Promise<void> {
    await this.worker?.close();
    await this.queue?.close();
  }

  private async run(job: string, data: DueRow): Promise<void> {
    const [name, kind] = job.split(':') as [string, string];
    const sweep = this.sweeps.get(name);
    // A job of an older version of the service, still in Redis.
    if (!sweep) return;
    if (kind !== LOOK) return sweep.work(data);
    const due = await sweep.findDue();
    // The row's key is the job's id: a row that is already waiting is not queued twice.
    await this.queue!.addBulk(due.map((row) => ({ name: `${name}:work`, data: row, opts: { jobId: `${name}-${row.organizationId}-${row.id}` } })));
  }
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
