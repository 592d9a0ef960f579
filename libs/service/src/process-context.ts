import { AccessCache } from '@cordee/access/access-cache';
import { EndedSessions } from '@cordee/access/ended-sessions';
import { subscribeAccessChanges } from '@cordee/access/subscribe-access-changes';
import { HeldLeases } from '@cordee/access/held-leases';
import type { Bus } from '@cordee/messaging/bus';
import { ProcessRegistry } from '@cordee/messaging/process-registry';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { CallMetrics } from './call-metrics.ts';
import { Clock } from './clock.ts';
import type { ServiceConfig } from './config.ts';
import { ConsumerMetrics } from './consumer-metrics.ts';
import { createLog } from './log.ts';
import { openBus, type OpenedBus } from './open-bus.ts';
import { ServiceMetrics } from './service-metrics.ts';
import { TokenVerifier } from './token-verifier.ts';

const BYTES_PER_MIB = 1_048_576;

interface ProcessDependencies {
  name: string;
  rootLog: Logger;
  clock: Clock;
  registry: ProcessRegistry;
  access: AccessCache;
  leases: HeldLeases;
  endedSessions: EndedSessions;
  verifier: TokenVerifier;
  openedBus: OpenedBus;
}

/** The objects that all services of a process share, for example the clock, the access cache and the bus connection. */
export class ProcessContext {
  /** The service in whose name the process makes its own calls. */
  readonly name: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly registry: ProcessRegistry;
  readonly access: AccessCache;
  readonly verifier: TokenVerifier;
  readonly endedSessions: EndedSessions;
  readonly callMetrics = new CallMetrics();
  readonly consumerMetrics = new ConsumerMetrics();
  readonly serviceMetrics: ServiceMetrics;

  private constructor(private readonly dependencies: ProcessDependencies) {
    this.name = dependencies.name;
    this.log = this.logOf(dependencies.name);
    this.clock = dependencies.clock;
    this.registry = dependencies.registry;
    this.access = dependencies.access;
    this.verifier = dependencies.verifier;
    this.endedSessions = dependencies.endedSessions;
    this.serviceMetrics = new ServiceMetrics(this.access);
  }

  static async open(
    name: string,
    config: Pick<
      ServiceConfig,
      'LOG_LEVEL' | 'CORDEE_VERSION' | 'NATS_URL' | 'CORDEE_MODE' | 'ACCESS_CACHE_MIB' | 'TOKEN_VERIFICATION_KEYS'
    >,
  ): Promise<ProcessContext> {
    const openedBus = await openBus(name, config);
    const { bus } = openedBus;
    const rpc = new RpcClient(bus, name);
    const clock = new Clock(config.CORDEE_MODE !== 'production');
    const registry = new ProcessRegistry(bus);
    const leases = new HeldLeases(randomUUID(), rpc);
    const access = new AccessCache(leases, rpc, config.ACCESS_CACHE_MIB * BYTES_PER_MIB);
    const endedSessions = new EndedSessions(leases, rpc);
    const context = new ProcessContext({
      name,
      rootLog: createLog(config.LOG_LEVEL, config.CORDEE_VERSION),
      clock,
      registry,
      access,
      leases,
      endedSessions,
      verifier: new TokenVerifier(config.TOKEN_VERIFICATION_KEYS, clock, endedSessions),
      openedBus,
    });
    await registry.start();
    await subscribeAccessChanges(bus, { service: name, processId: leases.processId }, { access, endedSessions });
    await clock.follow(registry, rpc);
    leases.start();
    return context;
  }

  /** The log of a service of the process; its lines name the service. */
  logOf(service: string): Logger {
    return this.dependencies.rootLog.child({ service });
  }

  /** Opens a bus connection with the credentials in `url`, by default of the process. The embedded bus is shared. */
  async connect(service: string, url?: string): Promise<Bus> {
    const bus = await this.dependencies.openedBus.connect(service, url);
    this.consumerMetrics.add(bus);
    return bus;
  }

  /**
   * Starts several services. The embedded bus stores nothing, so it delivers no event until all services have started.
   */
  async startTogether(start: () => Promise<void>): Promise<void> {
    this.dependencies.openedBus.localBus?.holdEvents();
    try {
      await start();
    } finally {
      this.dependencies.openedBus.localBus?.releaseEvents();
    }
  }

  isConnected(): boolean {
    return this.dependencies.openedBus.bus.isConnected();
  }

  async close(): Promise<void> {
    this.registry.stop();
    await this.dependencies.leases.stop();
    await this.dependencies.openedBus.bus.close();
  }
}
