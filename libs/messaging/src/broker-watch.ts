import { once, EventEmitter } from 'node:events';
import type { NatsConnection } from '@nats-io/transport-node';

/** How long a call waits for a lost broker to return. Requests sent before the loss rarely get a reply. */
const RECONNECT_WAIT_MS = 1_000;

/** The broker cannot be reached. */
export class BrokerAway extends Error {
  constructor() {
    super('the broker cannot be reached');
    this.name = 'BrokerAway';
  }
}

/**
 * Tracks the connection to the broker and fails pending requests when it is lost. The NATS client itself forgets
 * pending requests when a connection breaks and lets their callers run into the timeout.
 */
export class BrokerWatch {
  private readonly pending = new Set<(error: Error) => void>();
  private isUp = true;
  private readonly events = new EventEmitter().setMaxListeners(0);

  constructor(private readonly connection: NatsConnection) {
    void this.follow();
    void connection.closed().then(() => this.pending.forEach((fail) => fail(new BrokerAway())));
  }

  isConnected(): boolean {
    return this.isUp && !this.connection.isClosed();
  }

  /** Runs `start` while connected. Throws `BrokerAway` when the broker is lost before or meanwhile. */
  async whileConnected<T>(start: () => Promise<T>): Promise<T> {
    await this.waitForBroker();
    const { promise: lost, reject } = Promise.withResolvers<never>();
    this.watch(reject);
    try {
      return await Promise.race([start(), lost]);
    } finally {
      this.release(reject);
    }
  }

  /** Registers a pending request: `fail` is called when its reply cannot come any more. */
  watch(fail: (error: Error) => void): void {
    this.pending.add(fail);
  }

  release(fail: (error: Error) => void): void {
    this.pending.delete(fail);
  }

  /** Resolves when connected, or reconnected within the wait time; throws `BrokerAway` otherwise. */
  async waitForBroker(): Promise<void> {
    if (this.isUp) return;
    await once(this.events, 'up', { signal: AbortSignal.timeout(RECONNECT_WAIT_MS) }).catch(() => {
      throw new BrokerAway();
    });
  }

  private async follow(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect' && this.isUp) this.disconnected();
      if (type === 'reconnect') this.reconnected();
    }
  }

  private disconnected(): void {
    this.isUp = false;
    const abandoned = [...this.pending];
    setTimeout(() => abandoned.forEach((fail) => fail(new BrokerAway())), RECONNECT_WAIT_MS).unref();
  }

  private reconnected(): void {
    this.isUp = true;
    this.events.emit('up');
  }
}
