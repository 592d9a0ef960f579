import type { AccessCache } from '@cordee/access/access-cache';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { BoundConnection } from './database/bound-connection.ts';
import { databaseRoles, type DatabaseRoles } from './database/platform-tables.ts';
import { setRole } from './database/tenant-context.ts';
import type { Jobs } from './jobs.ts';

interface MeasuredService {
  readonly name: string;
  readonly orm: MikroORM;
  readonly jobs: Jobs;
}

/** The measured values by the value of the second label; the empty label stands for a metric without a second label. */
type Values = Readonly<Record<string, number>>;

/** The state of the services of a process, for `/metrics`. The values are read at each scrape. */
export class ServiceMetrics {
  private readonly services = new Set<MeasuredService>();

  constructor(private readonly access: AccessCache) {}

  /** Adds a service. The returned function removes the service. */
  add(service: MeasuredService): () => void {
    this.services.add(service);
    return () => this.services.delete(service);
  }

  /** Adds the metrics to a registry of Prometheus. */
  register(registry: Registry): void {
    this.define(
      registry,
      'cordee_database_connections',
      'Connections for commands, events and jobs',
      'state',
      readPool,
    );
    this.define(registry, 'cordee_outbox_events', 'Events that are not published yet', undefined, readOutboxRows);
    this.define(
      registry,
      'cordee_outbox_oldest_seconds',
      'Age of the oldest event that is not published yet; 0 without such an event',
      undefined,
      readOutboxAge,
    );
    this.define(registry, 'cordee_dead_letters', 'Events that could not be handled', undefined, readDeadLetters);
    this.define(registry, 'cordee_jobs', 'Jobs in the queue', 'state', ({ jobs }) => jobs.counts());
    this.defineAccessCache(registry);
  }

  private define(
    registry: Registry,
    name: string,
    help: string,
    label: string | undefined,
    read: (service: MeasuredService) => Promise<Values>,
  ): void {
    const { services } = this;
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: ['service', ...(label === undefined ? [] : [label])],
      registers: [registry],
      async collect() {
        gauge.reset();
        await Promise.all(
          [...services].map(async (service) => {
            // Without the database or the queue, the metric has no values.
            const values = await read(service).catch(() => ({}));
            for (const [value, number] of Object.entries(values))
              gauge.set({ service: service.name, ...(label === undefined ? {} : { [label]: value }) }, number);
          }),
        );
      },
    });
  }

  private defineAccessCache(registry: Registry): void {
    const { access } = this;
    const gauge = (name: string, help: string, value: () => number): void => {
      const metric: Gauge = new Gauge({ name, help, registers: [registry], collect: () => metric.set(value()) });
    };
    gauge('cordee_access_cache_organizations', 'Organizations in the access cache', () => access.size.organizations);
    gauge('cordee_access_cache_bytes', 'Approximate size of the access cache', () => access.size.bytes);
    const lookups: Counter = new Counter({
      name: 'cordee_access_cache_lookups_total',
      help: 'Look-ups of an organization in the access cache: hit, or miss with requests to the owners',
      labelNames: ['result'],
      registers: [registry],
      collect: () => {
        const { hits, misses } = access.lookups;
        lookups.reset();
        lookups.inc({ result: 'hit' }, hits);
        lookups.inc({ result: 'miss' }, misses);
      },
    });
  }
}

async function readPool({ orm }: MeasuredService): Promise<Values> {
  return { ...(orm.em.getConnection() as BoundConnection).poolSize };
}

const readOutboxRows = (service: MeasuredService): Promise<Values> =>
  readNumber(service, 'relay', 'select count(*)::int as value from outbox where published_at is null');

// Compares with the clock of the database, because the clock of a test can be moved.
const readOutboxAge = (service: MeasuredService): Promise<Values> =>
  readNumber(
    service,
    'relay',
    `select greatest(0, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0))::float8 as value
     from outbox where published_at is null`,
  );

const readDeadLetters = (service: MeasuredService): Promise<Values> =>
  readNumber(service, 'sweep', 'select count(*)::int as value from dead_letter');

async function readNumber({ name, orm }: MeasuredService, role: keyof DatabaseRoles, sql: string): Promise<Values> {
  const rows = await (orm.em.fork() as EntityManager).transactional(async (em) => {
    setRole(em, databaseRoles(name)[role]);
    return em.execute<{ value: number }[]>(sql);
  });
  return { '': rows[0]!.value };
}
