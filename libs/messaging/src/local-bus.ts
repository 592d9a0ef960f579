import { NoResponder, RequestTimeout, type Bus, type BusMessage, type Consumption } from './bus.ts';

type Server = (message: BusMessage) => Promise<Uint8Array>;
type Listener = (message: BusMessage) => Promise<Uint8Array | undefined>;

/** The bus of a single process, for machines without NATS. `publishEvent` resolves only when every consumer has the event behind it, so that the outbox stands in for the stream. */
export class LocalBus implements Bus {
  private readonly servers = new Map<string, Server[]>();
  private readonly listeners = new Map<string, Listener[]>();
  private readonly consumptions: { options: Consumption; tail: Promise<void> }[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private isClosed = false;

  async request(subject: string, data: Uint8Array, headers: Record<string, string>, timeoutMs: number): Promise<Uint8Array> {
    const servers = this.servers.get(subject);
    if (this.isClosed || !servers?.length) throw new NoResponder(subject);
    // Replicas of a queue take turns, as on the broker.
    const server = servers.shift()!;
    servers.push(server);
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new RequestTimeout(subject, timeoutMs)), timeoutMs);
    });
    try {
      return await Promise.race([this.track(server({ subject, data: data.slice(), headers: { ...headers } })), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  async serve(subject: string, _queue: string, handle: Server): Promise<void> {
    this.servers.set(subject, [...(this.servers.get(subject) ?? []), handle]);
  }

  async publishEvent(subject: string, _id: string, data: Uint8Array): Promise<void> {
    const source = subject.split('.')[1];
    const seen = new Set<string>();
    const deliveries = this.consumptions
      .filter(({ options }) => options.source === source && !seen.has(options.durable) && seen.add(options.durable))
      .map((consumption) => {
        consumption.tail = consumption.tail.then(() => this.deliver(consumption.options, subject, data));
        return consumption.tail;
      });
    await Promise.all(deliveries);
  }

  async consume(options: Consumption): Promise<void> {
    this.consumptions.push({ options, tail: Promise.resolve() });
  }

  broadcast(subject: string, data: Uint8Array): void {
    for (const listener of this.listeners.get(subject) ?? []) void this.track(listener({ subject, data, headers: {} }).catch(() => undefined));
  }

  async listen(subject: string, handle: Listener): Promise<void> {
    this.listeners.set(subject, [...(this.listeners.get(subject) ?? []), handle]);
  }

  async requestAll(subject: string, data: Uint8Array, limits: { answers: number; timeoutMs: number }): Promise<Uint8Array[]> {
    const asked = (this.listeners.get(subject) ?? []).slice(0, limits.answers);
    const answers = await Promise.all(asked.map((listener) => listener({ subject, data, headers: {} })));
    return answers.filter((answer) => answer !== undefined);
  }

  isConnected(): boolean {
    return !this.isClosed;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled([...this.running, ...this.consumptions.map(({ tail }) => tail)]);
  }

  private async deliver(options: Consumption, subject: string, data: Uint8Array): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const verdict = await options.handle({ subject, data, headers: {}, attempt });
      if ('done' in verdict) return;
      if (this.isClosed) throw new Error('the bus closed before the event was handled');
      await new Promise((resolve) => setTimeout(resolve, verdict.retryAfterMs));
    }
  }

  private track<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    void work.catch(() => undefined).finally(() => this.running.delete(work));
    return work;
  }
}
