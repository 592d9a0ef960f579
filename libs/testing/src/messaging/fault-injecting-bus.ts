import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus, BusMessage, Consumption, EventToPublish } from '@cordee/messaging/bus';

/** The rates of the injected faults. Delays also reorder messages. */
export interface FaultRates {
  /** Maximum delay of a message and of its reply, in milliseconds. */
  delayMs: number;
  /** The share of incoming requests that are duplicated, from 0 to 1. */
  duplicated: number;
  /** The share of incoming requests that are lost, from 0 to 1. */
  lost: number;
}

/** A bus that delays, duplicates, reorders and loses messages, and can be disconnected. */
export class FaultInjectingBus implements Bus {
  /** True while the bus is disconnected: requests fail, and broadcasts are dropped. */
  isDisconnected = false;

  constructor(
    private readonly bus: Bus,
    private readonly rates: FaultRates,
    private readonly random: () => number,
  ) {}

  async request(
    subject: string,
    data: Uint8Array,
    headers: Record<string, string>,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    await this.delay();
    if (this.isDisconnected) throw new Error('disconnected');
    const reply = await this.bus.request(subject, data, headers, timeoutMs);
    await this.delay();
    if (this.isDisconnected) throw new Error('disconnected');
    return reply;
  }

  async serve(subject: string, queue: string, handle: (message: BusMessage) => Promise<Uint8Array>): Promise<void> {
    await this.bus.serve(subject, queue, async (message) => {
      // A handler that throws sends no reply: the request is lost.
      if (this.isDisconnected || this.random() < this.rates.lost) throw new Error('lost');
      await this.delay();
      // A duplicate arrives late: after up to ten times the maximum delay.
      if (this.random() < this.rates.duplicated)
        void sleep(this.random() * 10 * this.rates.delayMs).then(() =>
          this.isDisconnected ? undefined : handle(message),
        );
      const reply = await handle(message);
      await this.delay();
      return reply;
    });
  }

  publishEvent(subject: string, id: string, data: Uint8Array): Promise<void> {
    return this.bus.publishEvent(subject, id, data);
  }

  publishBatch(events: readonly EventToPublish[]): Promise<boolean> {
    return this.bus.publishBatch(events);
  }

  eventStore(service: string): Promise<string> {
    return this.bus.eventStore(service);
  }

  consume(consumption: Consumption): Promise<void> {
    return this.bus.consume(consumption);
  }

  pendingEvents(): Promise<ReadonlyMap<string, number>> {
    return this.bus.pendingEvents();
  }

  broadcast(subject: string, data: Uint8Array): void {
    if (!this.isDisconnected) this.bus.broadcast(subject, data);
  }

  listen(subject: string, handle: (message: BusMessage) => Promise<Uint8Array | undefined>): Promise<void> {
    return this.bus.listen(subject, handle);
  }

  requestAll(
    subject: string,
    data: Uint8Array,
    limits: { maxReplies: number; timeoutMs: number },
  ): Promise<Uint8Array[]> {
    return this.bus.requestAll(subject, data, limits);
  }

  isConnected(): boolean {
    return !this.isDisconnected && this.bus.isConnected();
  }

  problem(): string | undefined {
    return this.bus.problem();
  }

  close(): Promise<void> {
    return this.bus.close();
  }

  private async delay(): Promise<void> {
    await sleep(this.random() * this.rates.delayMs);
  }
}
