import { CLOCK_MOVED_SUBJECT, getClock } from '@cordee/contracts/identity/clock';
import type { ProcessRegistry } from '@cordee/messaging/process-registry';
import * as z from 'zod';
import type { RpcClient } from '@cordee/messaging/rpc-client';

const RETRY_MS = 200;
const ClockMove = z.object({ offsetMs: z.number() });

/**
 * The clock of a process. In demonstration and test mode, it is ahead of the real time by an offset, which identity
 * stores.
 */
export class Clock {
  private offsetMs = 0;
  private readonly moveCallbacks: (() => void)[] = [];
  private offsetLoaded: Promise<void> = Promise.resolve();

  constructor(readonly isMovable: boolean) {}

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  get offset(): number {
    return this.offsetMs;
  }

  /** Registers a callback for every move of the clock. */
  onMove(callback: () => void): void {
    this.moveCallbacks.push(callback);
  }

  /** Subscribes to moves of the clock and loads the current offset from identity. */
  async follow(registry: ProcessRegistry, rpc: RpcClient): Promise<void> {
    if (!this.isMovable) return;
    await registry.subscribe(CLOCK_MOVED_SUBJECT, (data) => {
      const { success, data: move } = ClockMove.safeParse(data);
      if (success) this.setOffset(move.offsetMs);
    });
    this.offsetLoaded = this.loadOffset(rpc);
  }

  /** Resolves when the offset is known. Work that starts earlier runs at the wrong time. */
  async waitForOffset(): Promise<void> {
    await this.offsetLoaded;
  }

  /** Moves the clock forward. A smaller offset changes nothing: its notification has arrived late. */
  setOffset(offsetMs: number): void {
    if (!this.isMovable || offsetMs <= this.offsetMs) return;
    this.offsetMs = offsetMs;
    for (const callback of this.moveCallbacks) callback();
  }

  private async loadOffset(rpc: RpcClient): Promise<void> {
    for (;;) {
      const reply = await rpc.call(getClock, {}).catch(() => undefined);
      if (reply) return this.setOffset(reply.offsetMs);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
  }
}
