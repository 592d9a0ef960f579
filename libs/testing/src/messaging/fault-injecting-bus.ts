import { setTimeout as pass } from 'node:timers/promises';
import type { Bus, BusMessage, Consumption } from '@cordee/messaging/bus';

/** How badly a bus behaves. Delays make messages overtake each other. */
export interface FaultRates {
  /** Milliseconds that a message and its answer may each be late. */
  delayMs: number;
  /** Parts of the requests to this side that come twice, and that never arrive. */
  doubled: number;
  lost: number;
}

/** A bus that delays, doubles, reorders and loses what goes over it, and can be cut off altogether. */
export class FaultInjectingBus implements Bus {
  /** Nothing comes in or goes out any more; nobody is told. */
  isCut = false;

  constructor(
    private readonly bus: Bus,
    private readonly how: FaultRates,
    private readonly random: () => number,
  ) {}

  async request(
    subject: string,
    data: Uint8Array,
    headers: Record<string, string>,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    await this.dawdle();
    if (this.isCut) throw new Error('cut off');
    const answer = await this.bus.request(subject, data, headers, timeoutMs);
    await this.dawdle();
    if (this.isCut) throw new Error('cut off');
    return answer;
  }

  async serve(subject: string, queue: string, handle: (message: BusMessage) => Promise<Uint8Array>): Promise<void> {
    await this.bus.serve(subject, queue, async (message) => {
      // A handler that fails leaves whoever asked without an answer.
      if (this.isCut || this.random() < this.how.lost) throw new Error('lost');
      await this.dawdle();
      if (this.random() < this.how.doubled)
        void pass(this.random() * 10 * this.how.delayMs).then(() => (this.isCut ? undefined : handle(message)));
      const answer = await handle(message);
      await this.dawdle();
      return answer;
    });
  }

  publishEvent(subject: string, id: string, data: Uint8Array): Promise<void> {
    return this.bus.publishEvent(subject, id, data);
  }

  consume(consumption: Consumption): Promise<void> {
    return this.bus.consume(consumption);
  }

  broadcast(subject: string, data: Uint8Array): void {
    if (!this.isCut) this.bus.broadcast(subject, data);
  }

  listen(subject: string, handle: (message: BusMessage) => Promise<Uint8Array | undefined>): Promise<void> {
    return this.bus.listen(subject, handle);
  }

  requestAll(subject: string, data: Uint8Array, limits: { answers: number; timeoutMs: number }): Promise<Uint8Array[]> {
    return this.bus.requestAll(subject, data, limits);
  }

  isConnected(): boolean {
    return !this.isCut && this.bus.isConnected();
  }

  close(): Promise<void> {
    return this.bus.close();
  }

  private async dawdle(): Promise<void> {
    await pass(this.random() * this.how.delayMs);
  }
}
