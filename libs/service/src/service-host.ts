import 'reflect-metadata';
import { declareLeaseContracts, ownedAccessPart } from '@cordee/contracts/access-lease';
import { declareDeadLetterContracts } from '@cordee/contracts/dead-letter';
import { AccessCache } from '@cordee/access/access-cache';
import type { Bus } from '@cordee/messaging/bus';
import { BusServer } from '@cordee/messaging/bus-server';
import { ProcessRegistry } from '@cordee/messaging/process-registry';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Relay } from '@cordee/outbox/relay';
import { EntityManager, type MikroORM } from '@mikro-orm/postgresql';
import {
  Catch,
  Module,
  type DynamicModule,
  type INestMicroservice,
  type RpcExceptionFilter,
  type Type,
} from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';
import { accessLeaseEndpoints } from './access-lease-endpoints.ts';
import { GrantedLeases } from './granted-leases.ts';
import { callQueues } from './call-queues.ts';
import { Clock } from './clock.ts';
import { readConfig } from './config.ts';
import { describeError } from './describe-error.ts';
import { deadLetterEndpoints } from './dead-letter-endpoints.ts';
import { DeadLetters } from './dead-letters.ts';
import { createOutboxRunner } from './database/locked-outbox.ts';
import { openOrm } from './database/orm.ts';
import { RequestPipeline } from './request-pipeline.ts';
import { Files } from './files.ts';
import { startHousekeeping } from './housekeeping.ts';
import { Jobs } from './jobs.ts';
import { nestLog } from './log.ts';
import type { ProcessContext } from './process-context.ts';
import type { ServiceDefinition } from './service-definition.ts';
import { StartError } from './start-error.ts';
import { ServiceTokenAudit } from './service-token-access.ts';
import { SupportAudit } from './support-audit.ts';
import { Transactions } from './transactions.ts';
import { BackgroundTransactions } from './background-transactions.ts';

/** The injection token of the service's configuration. */
export const CONFIG = Symbol('CONFIG');

/** Passes errors through Nest unchanged, because the bus server converts them to replies. */
@Catch()
class PassThrough implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

@Module({})
class HostModule {}

/**
 * The number of connections for the leases of access caches. The commands and queries of access caches have separate
 * connections, because calls that wait for an access cache may use all other connections.
 */
const ACCESS_POOL_SIZE = 3;

const ownsAccessData = (service: string): boolean => ownedAccessPart(service) !== undefined;

/** The endpoints that the host adds to a service. */
export const hostEndpoints = (service: string): Type[] => [
  deadLetterEndpoints(declareDeadLetterContracts(service)),
  ...(ownsAccessData(service) ? [accessLeaseEndpoints(declareLeaseContracts(service))] : []),
];

/** Throws a `StartError` if PostgreSQL does not answer or refuses the user. */
async function requireDatabase(orm: MikroORM, service: string, url: string): Promise<void> {
  try {
    await orm.em.getConnection().execute('select 1');
  } catch (error) {
    await orm.close();
    const { message, code } = error as Error & { code?: string };
    // The error of several addresses has no message.
    throw new StartError(`DATABASE_URL of ${service}: PostgreSQL at ${new URL(url).host}: ${message || code}`, {
      cause: error,
    });
  }
}

interface RunningService {
  name: string;
  app: INestMicroservice;
  orm: MikroORM;
  accessOrm: MikroORM;
  leases: GrantedLeases;
  bus: Bus;
  relay: Relay;
  jobs: Jobs;
  stopHousekeeping: () => void;
  stopMeasuring: () => void;
}

export class ServiceHost {
  private constructor(private readonly running: RunningService) {}

  get name(): string {
    return this.running.name;
  }

  /** Connects, subscribes, and resolves when the service answers. */
  static async start(
    definition: ServiceDefinition,
    environment: Readonly<Record<string, string | undefined>>,
    process: ProcessContext,
  ): Promise<ServiceHost> {
    const { name } = definition;
    const config = readConfig(definition.config, environment);
    const log = process.logOf(name);
    const logError = (error: unknown, where: string, traceparent?: string): void => {
      // `00-<trace id>-<span id>-<flags>`
      const traceId = traceparent?.split('-')[1];
      log.error({ err: error, where, ...(traceId ? { traceId } : {}) }, describeError(error).message);
    };

    const orm = await openOrm({
      url: config.DATABASE_URL,
      entities: definition.entities,
      poolSize: config.DATABASE_POOL_SIZE,
    });
    await requireDatabase(orm, name, config.DATABASE_URL);
    const bus = await process.connect(name, config.NATS_URL);
    const rpc = new RpcClient(bus, name);
    const { clock, access } = process;
    const relay = new Relay({ service: name, bus, withOutbox: createOutboxRunner(orm.em, name), logError });
    const accessOrm = ownsAccessData(name)
      ? await openOrm({ url: config.DATABASE_URL, entities: [], poolSize: ACCESS_POOL_SIZE })
      : orm;
    const leases = new GrantedLeases(name, accessOrm.em, bus);
    if (ownsAccessData(name)) leases.start(logError);
    const transactions = new Transactions({ service: name, em: orm.em, relay, leases, access });
    const jobs = new Jobs({
      service: name,
      redisUrl: config.REDIS_URL,
      databaseUrl: config.JOBS_DATABASE_URL,
      prefix: config.QUEUE_PREFIX,
      logError,
    });
    const pipeline = new RequestPipeline({
      service: name,
      em: orm.em,
      transactions,
      accessEm: accessOrm.em,
      accessTransactions: new Transactions({ service: name, em: accessOrm.em, relay, leases, access }),
      access,
      verifier: process.verifier,
      supportAudit: new SupportAudit(rpc),
      serviceTokenAudit: new ServiceTokenAudit(rpc),
      clock,
      callMetrics: process.callMetrics,
      sharesReactionTransactions: definition.sharesReactionTransactions ?? false,
      ...callQueues(config),
      logError,
    });

    const background = new BackgroundTransactions(name, transactions, clock);
    const server = new BusServer(name, bus, pipeline);

    const injected: DynamicModule = {
      module: HostModule,
      global: true,
      controllers: hostEndpoints(name),
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: EntityManager, useValue: orm.em },
        { provide: RpcClient, useValue: rpc },
        { provide: Clock, useValue: clock },
        { provide: AccessCache, useValue: access },
        { provide: GrantedLeases, useValue: leases },
        { provide: ProcessRegistry, useValue: process.registry.withBus(bus) },
        { provide: Jobs, useValue: jobs },
        { provide: BackgroundTransactions, useValue: background },
        { provide: Files, useValue: new Files() },
        {
          provide: DeadLetters,
          useValue: new DeadLetters({
            service: name,
            em: orm.em,
            transactions,
            access,
            clock,
            reactions: server,
            logError,
          }),
        },
        { provide: APP_FILTER, useClass: PassThrough },
      ],
      exports: [
        CONFIG,
        EntityManager,
        RpcClient,
        Clock,
        AccessCache,
        GrantedLeases,
        ProcessRegistry,
        Jobs,
        BackgroundTransactions,
        Files,
      ],
    };
    const root: DynamicModule = { module: class RootModule {}, imports: [injected, definition.module] };
    const app = await NestFactory.createMicroservice(root, {
      strategy: server,
      logger: nestLog(log),
      abortOnError: false,
    });
    clock.onMove(() => void jobs.wake().catch((error: unknown) => logError(error, 'wake')));
    await app.listen();
    relay.start();
    await jobs.start();
    return new ServiceHost({
      name,
      app,
      orm,
      accessOrm,
      leases,
      bus,
      relay,
      jobs,
      stopMeasuring: process.serviceMetrics.add({ name, orm, jobs }),
      stopHousekeeping: startHousekeeping(background, definition.expiringRows ?? [], logError),
    });
  }

  /** True when the service has a job queue. */
  get hasQueue(): boolean {
    return this.running.jobs.hasSweeps;
  }

  /** The reason why the service is not ready, or undefined. */
  async problem(): Promise<string | undefined> {
    if (!this.running.bus.isConnected()) return 'the bus is not connected';
    const eventProblem = this.running.relay.problem() ?? this.running.bus.problem();
    if (eventProblem) return eventProblem;
    return (await this.running.orm.isConnected()) ? undefined : 'the database is not connected';
  }

  /**
   * Finishes the running jobs and the outbox batch first, because they need the bus. Then drains the bus and closes the
   * database.
   */
  async stop(): Promise<void> {
    this.running.stopMeasuring();
    this.running.stopHousekeeping();
    this.running.leases.stop();
    await this.running.jobs.stop();
    await this.running.relay.stop();
    await this.running.app.close();
    await this.running.orm.close();
    if (this.running.accessOrm !== this.running.orm) await this.running.accessOrm.close();
  }
}
