import { AccessCopy } from '@cordee/access/access-copy';
import { EndedSessions } from '@cordee/access/ended-sessions';
import type { Bus } from '@cordee/messaging/bus';
import { LocalBus } from '@cordee/messaging/local-bus';
import { NatsBus } from '@cordee/messaging/nats-bus';
import { Presence } from '@cordee/messaging/presence';
import { RpcClient } from '@cordee/messaging/rpc-client';
import type { Logger } from 'pino';
import { Clock } from './clock.ts';
import type { ServiceConfig } from './config.ts';
import { createLog } from './log.ts';
import { TokenVerifier } from './token-verifier.ts';

/** What a process has once, however many services run in it: the clock, the access copy, who has signed out. */
export class ProcessParts {
  private constructor(
    readonly log: Logger,
    readonly clock: Clock,
    readonly presence: Presence,
    readonly access: AccessCopy,
    readonly endedSessions: EndedSessions,
    readonly verifier: TokenVerifier,
    private readonly bus: Bus,
    private readonly localBus: LocalBus | undefined,
    private readonly natsUrl: string | undefined,
  ) {}

  static async open(name: string, config: Pick<ServiceConfig, 'LOG_LEVEL' | 'NATS_URL' | 'CORDEE_MODE' | 'NODE_ENV'>): Promise<ProcessParts> {
    if (!config.NATS_URL && config.NODE_ENV === 'production') throw new Error('NATS_URL is missing: the embedded bus is refused in production');
    const localBus = config.NATS_URL ? undefined : new LocalBus();
    const bus = localBus ?? (await NatsBus.connect({ url: config.NATS_URL!, service: name }));
    const rpc = new RpcClient(bus, name);
    const clock = new Clock(config.CORDEE_MODE !== 'production');
    const presence = new Presence(bus);
    const access = new AccessCopy(presence, rpc);
    const endedSessions = new EndedSessions(presence, rpc);
    const parts = new ProcessParts(createLog(config.LOG_LEVEL), clock, presence, access, endedSessions, new TokenVerifier(rpc, clock, endedSessions), bus, localBus, config.NATS_URL);
    await presence.start();
    await access.start();
    await clock.follow(presence, rpc);
    await endedSessions.start();
    return parts;
  }

  /** A service's own connection to the bus, with its own credentials; on the embedded bus all share one. */
  async connect(service: string): Promise<Bus> {
    return this.localBus ?? NatsBus.connect({ url: this.natsUrl!, service });
  }

  /** Starts the services of a process that has several; on the embedded bus, which stores nothing, no event goes out before all of them can take it. */
  async startTogether(start: () => Promise<void>): Promise<void> {
    this.localBus?.holdEvents();
    try {
      await start();
    } finally {
      this.localBus?.releaseEvents();
    }
  }

  isConnected(): boolean {
    return this.bus.isConnected();
  }

  async close(): Promise<void> {
    this.presence.stop();
    this.endedSessions.stop();
    await this.bus.close();
  }
}
