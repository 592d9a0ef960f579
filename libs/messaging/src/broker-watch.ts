import { once, EventEmitter } from 'node:events';
import type { NatsConnection } from '@nats-io/transport-node';

/** How long a call waits for a broker that went away; an answer to what was asked before cannot be hoped for much longer either. */
const PATIENCE_MS = 1_000;

/** The broker is away. */
export class BrokerAway extends Error {
  constructor() {
    super('the broker is away');
    this.name = 'BrokerAway';
  }
}

/**
 * Follows whether the broker can be reached, so that nobody waits for an answer that cannot come: the client itself forgets what was under
 * way when a connection broke, and lets its callers run into their timeouts.
 */
export class BrokerWatch {
  private readonly underWay = new Set<(error: Error) => void>();
  private isUp = true;
  private readonly returned = new EventEmitter().setMaxListeners(0);

  constructor(private readonly connection: NatsConnection) {
    void this.follow();
    void connection.closed().then(() => this.underWay.forEach((fail) => fail(new BrokerAway())));
  }

  isConnected(): boolean {
    return this.isUp && !this.connection.isClosed();
  }

  /** Starts when the broker is there; `BrokerAway` when it is not, or when it goes while this runs. */
  async whileConnected<T>(start: () => Promise<T>): Promise<T> {
    await this.present();
    const { promise: lost, reject } = Promise.withResolvers<never>();
    this.watch(reject);
    try {
      return await Promise.race([start(), lost]);
    } finally {
      this.release(reject);
    }
  }

  /** Calls `fail` when the answer that somebody waits for cannot come any more, until they are released. */
  watch(fail: (error: Error) => void): void {
    this.underWay.add(fail);
  }

  release(fail: (error: Error) => void): void {
    this.underWay.delete(fail);
  }

  /** Resolves while the broker is there, and when it returns soon; `BrokerAway` when it does not. */
  async present(): Promise<void> {
    if (this.isUp) return;
    await once(this.returned, 'up', { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => {
      throw new BrokerAway();
    });
  }

  private async follow(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect' && this.isUp) this.went();
      if (type === 'reconnect') this.came();
    }
  }

  private went(): void {
    this.isUp = false;
    const abandoned = [...this.underWay];
    setTimeout(() => abandoned.forEach((fail) => fail(new BrokerAway())), PATIENCE_MS).unref();
  }

  private came(): void {
    this.isUp = true;
    this.returned.emit('up');
  }
}
