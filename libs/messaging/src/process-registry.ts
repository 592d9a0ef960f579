import { randomUUID } from 'node:crypto';
import type { Bus } from './bus.ts';
import { decode, encode } from './reply.ts';

const ALIVE = 'sync.process.alive';
const HEARTBEAT_MS = 1_000;
/** A process without a heartbeat for this long is considered dead. */
const LIVE_MS = 3_000;
/** How long `notifyAll` waits for confirmations. */
const NOTIFY_TIMEOUT_MS = 100;

/** Knows the live processes by their heartbeats and notifies all of them; one instance per process. */
export class ProcessRegistry {
  private readonly id = randomUUID();
  private readonly seen = new Map<string, number>();
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(private readonly bus: Bus) {}

  async start(): Promise<void> {
    await this.bus.listen(ALIVE, async ({ data }) => {
      this.seen.set((decode(data) as { id: string }).id, performance.now());
      return undefined;
    });
    this.seen.set(this.id, Infinity);
    this.bus.broadcast(ALIVE, encode({ id: this.id }));
    this.heartbeat = setInterval(() => this.bus.broadcast(ALIVE, encode({ id: this.id })), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  stop(): void {
    clearInterval(this.heartbeat);
  }

  /** Subscribes to notifications; the sender waits until `handle` has returned. */
  async subscribe(subject: string, handle: (data: unknown) => void): Promise<void> {
    await this.bus.listen(subject, async ({ data }) => {
      handle(decode(data));
      return encode({});
    });
  }

  /** Notifies every process, this one included. Resolves when all live ones have confirmed, or after the timeout. */
  async notifyAll(subject: string, data: unknown): Promise<void> {
    const horizon = performance.now() - LIVE_MS;
    for (const [process, at] of this.seen) if (at < horizon) this.seen.delete(process);
    await this.bus.requestAll(subject, encode(data), { answers: this.seen.size, timeoutMs: NOTIFY_TIMEOUT_MS });
  }
}
