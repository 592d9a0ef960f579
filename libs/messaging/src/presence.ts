import { randomUUID } from 'node:crypto';
import type { Bus } from './bus.ts';
import { decode, encode } from './reply.ts';

const ALIVE = 'sync.process.alive';
const HEARTBEAT_MS = 1_000;
/** A process that has been silent for longer is not waited for. */
const LIVE_MS = 3_000;
/** How long one telling waits for every live process to have heard (ACC-3). */
const TELL_MS = 100;

/** Which processes are alive, so that what must be known everywhere can be told and waited for; one per process. */
export class Presence {
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

  /** Hears what is told; the teller goes on when `handle` is done. */
  async hear(subject: string, handle: (data: unknown) => void): Promise<void> {
    await this.bus.listen(subject, async ({ data }) => {
      handle(decode(data));
      return encode({});
    });
  }

  /** Tells every process, this one included; resolves when all live ones have heard it, or cannot be waited for any longer. */
  async tell(subject: string, data: unknown): Promise<void> {
    const horizon = performance.now() - LIVE_MS;
    for (const [process, at] of this.seen) if (at < horizon) this.seen.delete(process);
    await this.bus.requestAll(subject, encode(data), { answers: this.seen.size, timeoutMs: TELL_MS });
  }
}
