import { randomUUID } from 'node:crypto';
import type { Bus } from './bus.ts';
import { decode, encode } from './reply.ts';

/** The subject on which every process announces that it is alive. */
export const HEARTBEAT_SUBJECT = 'sync.process.alive';
const HEARTBEAT_MS = 1_000;
/** A process without a heartbeat for this long is considered dead. */
const LIVE_MS = 3_000;
/** How long `notifyAll` waits for confirmations. */
const NOTIFY_TIMEOUT_MS = 100;
/** A UUID. */
const PROCESS_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_PROCESSES = 1_000;

/** Tracks the live processes by their heartbeats and notifies these processes. Each process has a registry. */
export class ProcessRegistry {
  private readonly id = randomUUID();
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly lastHeartbeats = new Map<string, number>(),
  ) {}

  /**
   * Returns a registry of the same processes that uses the connection of a service. The process with all services
   * connects as the gateway, whose user of the broker may not send the notifications of the services.
   */
  withBus(bus: Bus): ProcessRegistry {
    return new ProcessRegistry(bus, this.lastHeartbeats);
  }

  async start(): Promise<void> {
    await this.bus.listen(HEARTBEAT_SUBJECT, async ({ data }) => {
      this.recordHeartbeat((decode(data) as { id?: unknown }).id);
      return undefined;
    });
    // This process is never considered dead.
    this.lastHeartbeats.set(this.id, Infinity);
    this.bus.broadcast(HEARTBEAT_SUBJECT, encode({ id: this.id }));
    this.heartbeat = setInterval(() => this.bus.broadcast(HEARTBEAT_SUBJECT, encode({ id: this.id })), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  stop(): void {
    clearInterval(this.heartbeat);
  }

  /** Subscribes to notifications. The sender waits until `handle` has returned. */
  async subscribe(subject: string, handle: (data: unknown) => void): Promise<void> {
    await this.bus.listen(subject, async ({ data }) => {
      handle(decode(data));
      return encode({});
    });
  }

  /**
   * Notifies every live process, including this process. Resolves when all processes have confirmed, or after
   * the timeout.
   */
  async notifyAll(subject: string, data: unknown): Promise<void> {
    this.forgetDeadProcesses();
    await this.bus.requestAll(subject, encode(data), {
      maxReplies: this.lastHeartbeats.size,
      timeoutMs: NOTIFY_TIMEOUT_MS,
    });
  }

  /** Ignores ids of another form and ids above the maximum, because any service can send heartbeats. */
  private recordHeartbeat(id: unknown): void {
    if (typeof id !== 'string' || !PROCESS_ID.test(id) || id === this.id) return;
    this.forgetDeadProcesses();
    if (this.lastHeartbeats.has(id) || this.lastHeartbeats.size < MAX_PROCESSES)
      this.lastHeartbeats.set(id, performance.now());
  }

  private forgetDeadProcesses(): void {
    const oldestLive = performance.now() - LIVE_MS;
    for (const [processId, heartbeatAt] of this.lastHeartbeats)
      if (heartbeatAt < oldestLive) this.lastHeartbeats.delete(processId);
  }
}
