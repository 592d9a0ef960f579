import { serviceOf } from '@cordee/contracts/contract';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  FAILED_RETRY_MS,
  NoResponder,
  RequestTimeout,
  type Bus,
  type BusMessage,
  type Consumption,
  type EventDelivery,
  type Verdict,
} from './bus.ts';

type Server = (message: BusMessage) => Promise<Uint8Array>;
type Listener = (message: BusMessage) => Promise<Uint8Array | undefined>;

/** A durable consumer, which handles one delivery at a time. */
interface DurableConsumer {
  readonly options: Consumption;
  pending: number;
  /** Settles when the last queued delivery has been handled; the next delivery waits for it. */
  lastDelivery: Promise<unknown>;
}

/**
 * The in-process bus, for machines without NATS. The bus stores nothing: `publishEvent` resolves after every consumer
 * has handled the event, so that the outbox keeps the event until then.
 */
export class LocalBus implements Bus {
  private readonly queues = new Map<string, Map<string, Server[]>>();
  private readonly listeners = new Map<string, Listener[]>();
  private readonly durableConsumers = new Map<string, DurableConsumer>();
  private readonly runningWork = new Set<Promise<unknown>>();
  private readonly closing = new AbortController();
  /** Runs a handler outside of the caller's async context, so that it does not join the caller's transaction. */
  private readonly runDetached = AsyncLocalStorage.snapshot();
  /** Defined while events are held back; the promise resolves when they are released. */
  private hold: { promise: Promise<void>; resolve: () => void } | undefined;

  async request(
    subject: string,
    data: Uint8Array,
    headers: Record<string, string>,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    const queues = [...(this.queues.get(subject)?.values() ?? [])];
    if (this.closing.signal.aborted || queues.length === 0) throw new NoResponder(subject);
    // As on the broker, each queue gets the request, and one of its replicas handles it, in rotation. The first reply
    // is returned.
    const replies = queues.map((replicas) => {
      const server = replicas.shift()!;
      replicas.push(server);
      // The server gets copies, because the queues share the arguments.
      return this.track(this.runDetached(server, { subject, data: data.slice(), headers: { ...headers } })).catch(
        neverReplies,
      );
    });
    const reply = await withTimeout(timeoutMs, Promise.race(replies));
    if (!reply) throw new RequestTimeout(subject, timeoutMs);
    return reply;
  }

  async serve(subject: string, queue: string, handle: Server): Promise<void> {
    const queues = this.queues.get(subject) ?? new Map<string, Server[]>();
    queues.set(queue, [...(queues.get(queue) ?? []), handle]);
    this.queues.set(subject, queues);
  }

  async publishEvent(subject: string, _id: string, data: Uint8Array): Promise<void> {
    if (this.hold) await this.hold.promise;
    const source = serviceOf({ subject });
    const consumers = [...this.durableConsumers.values()].filter(({ options }) => options.source === source);
    await Promise.all(consumers.map((consumer) => this.track(this.deliver(consumer, { subject, data, headers: {} }))));
  }

  /** Events are delivered one by one. */
  async publishBatch(): Promise<boolean> {
    return false;
  }

  /** Events are delivered in memory, so there is no store that could be lost. */
  async eventStore(): Promise<string> {
    return 'embedded';
  }

  async consume(options: Consumption): Promise<void> {
    // A second replica of a consumer in the same process would add nothing.
    if (!this.durableConsumers.has(options.durable))
      this.durableConsumers.set(options.durable, { options, pending: 0, lastDelivery: Promise.resolve() });
  }

  /**
   * Holds events back while the services of the process start. Otherwise the last service would miss events of the
   * first service.
   */
  holdEvents(): void {
    if (this.hold) return;
    this.hold = Promise.withResolvers<void>();
  }

  releaseEvents(): void {
    this.hold?.resolve();
    this.hold = undefined;
  }

  broadcast(subject: string, data: Uint8Array): void {
    for (const listener of this.listeners.get(subject) ?? [])
      void this.track(this.runDetached(listener, { subject, data, headers: {} })).catch(() => undefined);
  }

  async listen(subject: string, handle: Listener): Promise<void> {
    this.listeners.set(subject, [...(this.listeners.get(subject) ?? []), handle]);
  }

  async requestAll(
    subject: string,
    data: Uint8Array,
    limits: { maxReplies: number; timeoutMs: number },
  ): Promise<Uint8Array[]> {
    const receivedReplies: Uint8Array[] = [];
    const enoughReplies = Promise.withResolvers<true>();
    const requests = (this.listeners.get(subject) ?? []).map(async (listener) => {
      const reply = await this.track(this.runDetached(listener, { subject, data, headers: {} })).catch(() => undefined);
      if (reply && receivedReplies.push(reply) >= limits.maxReplies) enoughReplies.resolve(true);
    });
    if (limits.maxReplies > 0)
      await withTimeout(limits.timeoutMs, Promise.race([Promise.all(requests), enoughReplies.promise]));
    return receivedReplies.slice(0, limits.maxReplies);
  }

  async pendingEvents(): Promise<ReadonlyMap<string, number>> {
    return new Map([...this.durableConsumers].map(([name, { pending }]) => [name, pending]));
  }

  problem(): undefined {
    return undefined;
  }

  isConnected(): boolean {
    return !this.closing.signal.aborted;
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.releaseEvents();
    await Promise.allSettled(this.runningWork);
  }

  /**
   * Resolves when the consumer has handled the event. Later events are handled while a delivery waits for its retry.
   */
  private async deliver(consumer: DurableConsumer, message: BusMessage): Promise<void> {
    consumer.pending += 1;
    try {
      for (let attempt = 1; ; attempt += 1) {
        const delivery = consumer.lastDelivery.then(() => this.handle(consumer.options, { ...message, attempt }));
        consumer.lastDelivery = delivery.catch(() => undefined);
        const verdict = await delivery;
        if ('done' in verdict) return;
        await sleep(verdict.retryAfterMs, undefined, { signal: this.closing.signal });
      }
    } finally {
      consumer.pending -= 1;
    }
  }

  private async handle(options: Consumption, delivery: EventDelivery): Promise<Verdict> {
    // The publisher gets this error, and the event stays in the outbox.
    if (this.closing.signal.aborted) throw new Error('the bus closed before the event was handled');
    try {
      return await this.runDetached(() => options.handle(delivery));
    } catch {
      return { retryAfterMs: FAILED_RETRY_MS };
    }
  }

  private track<T>(work: Promise<T>): Promise<T> {
    this.runningWork.add(work);
    void work.catch(() => undefined).finally(() => this.runningWork.delete(work));
    return work;
  }
}

/** A request whose server throws gets no reply, as on the broker. Handlers return their errors as replies. */
const neverReplies = (): Promise<never> => new Promise<never>(() => undefined);

/** The result of the work, or undefined after the timeout. */
async function withTimeout<T>(timeoutMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
