import { CLOCK_MOVED, getClock } from '@cordee/contracts/identity/clock';
import type { ProcessRegistry } from '@cordee/messaging/process-registry';
import type { RpcClient } from '@cordee/messaging/rpc-client';

const RETRY_MS = 200;

/** The one source of time of a process. In demonstration and test mode it runs ahead of the machine's clock by an offset that identity keeps. */
export class Clock {
  private offsetMs = 0;
  private readonly watchers: (() => void)[] = [];
  private asked: Promise<void> = Promise.resolve();

  constructor(readonly isMovable: boolean) {}

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  get offset(): number {
    return this.offsetMs;
  }

  /** Calls back after every move, so that what has become due is looked at. */
  onMove(watch: () => void): void {
    this.watchers.push(watch);
  }

  /** Follows the announcements of identity; a process that starts later asks. */
  async follow(registry: ProcessRegistry, rpc: RpcClient): Promise<void> {
    if (!this.isMovable) return;
    await registry.subscribe(CLOCK_MOVED, (data) => this.moveTo((data as { offsetMs: number }).offsetMs));
    this.asked = this.ask(rpc);
  }

  /** Resolves when identity has said how late it is: nothing should be done before, or it is done at the wrong time. */
  async caughtUp(): Promise<void> {
    await this.asked;
  }

  /** Forward only: an older announcement that arrives late changes nothing. */
  moveTo(offsetMs: number): void {
    if (!this.isMovable || offsetMs <= this.offsetMs) return;
    this.offsetMs = offsetMs;
    for (const watch of this.watchers) watch();
  }

  private async ask(rpc: RpcClient): Promise<void> {
    for (;;) {
      const answer = await rpc.call(getClock, {}).catch(() => undefined);
      if (answer) return this.moveTo(answer.offsetMs);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
  }
}
