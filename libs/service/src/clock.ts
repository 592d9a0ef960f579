import { CLOCK_MOVED, getClock } from '@cordee/contracts/identity/clock';
import type { ProcessRegistry } from '@cordee/messaging/process-registry';
import type { RpcClient } from '@cordee/messaging/rpc-client';

const RETRY_MS = 200;

/** The time of a process. In demonstration and test mode an offset, stored by identity, moves it ahead. */
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

  /** Registers a callback for every move of the clock. */
  onMove(watch: () => void): void {
    this.watchers.push(watch);
  }

  /** Subscribes to moves of the clock and asks identity for the present offset. */
  async follow(registry: ProcessRegistry, rpc: RpcClient): Promise<void> {
    if (!this.isMovable) return;
    await registry.subscribe(CLOCK_MOVED, (data) => this.moveTo((data as { offsetMs: number }).offsetMs));
    this.asked = this.ask(rpc);
  }

  /** Resolves when the offset is known. Work that starts earlier runs at the wrong time. */
  async caughtUp(): Promise<void> {
    await this.asked;
  }

  /** Moves forward only, so a late notification changes nothing. */
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
