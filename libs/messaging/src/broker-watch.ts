import { once, EventEmitter } from 'node:events';
import type { NatsConnection } from '@nats-io/transport-node';

/** The time after a loss of the connection for which calls wait for the broker or for a reply. Then the calls fail. */
const RECONNECT_WAIT_MS = 1_000;

/** The broker cannot be reached. */
export class BrokerUnreachable extends Error {
  constructor() {
    super('the broker cannot be reached');
    this.name = 'BrokerUnreachable';
  }
}

/**
 * Tracks the connection to the broker, and fails the pending requests some time after the connection was lost. The NATS
 * client only forgets these requests, so that their callers would wait for the timeout.
 */
export class BrokerWatch {
  private readonly failCallbacks = new Set<(error: Error) => void>();
  private isUp = true;
  /** Every waiting call adds a listener, so the number of listeners has no limit (0). */
  private readonly events = new EventEmitter().setMaxListeners(0);

  constructor(private readonly connection: NatsConnection) {
    void this.followStatus();
    void connection.closed().then(() => this.failCallbacks.forEach((fail) => fail(new BrokerUnreachable())));
  }

  isConnected(): boolean {
    return this.isUp && !this.connection.isClosed();
  }

  /**
   * Waits for the broker, and then runs `start`. Throws `BrokerUnreachable` when the broker does not reconnect within
   * the wait time, or when the connection is lost during the run and the run does not end within the wait time.
   */
  async whileConnected<T>(start: () => Promise<T>): Promise<T> {
    await this.waitForBroker();
    const { promise: connectionLost, reject } = Promise.withResolvers<never>();
    this.watch(reject);
    try {
      return await Promise.race([start(), connectionLost]);
    } finally {
      this.release(reject);
    }
  }

  /** Registers a pending request: `fail` is called when its reply cannot arrive any more. */
  watch(fail: (error: Error) => void): void {
    this.failCallbacks.add(fail);
  }

  /** Removes a request that is not pending any more. */
  release(fail: (error: Error) => void): void {
    this.failCallbacks.delete(fail);
  }

  /**
   * Resolves when the broker is connected. Throws `BrokerUnreachable` when it does not reconnect within the wait time.
   */
  async waitForBroker(): Promise<void> {
    if (this.isUp) return;
    await once(this.events, 'up', { signal: AbortSignal.timeout(RECONNECT_WAIT_MS) }).catch(() => {
      throw new BrokerUnreachable();
    });
  }

  private async followStatus(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect' && this.isUp) this.onDisconnect();
      if (type === 'reconnect') this.onReconnect();
    }
  }

  private onDisconnect(): void {
    this.isUp = false;
    const pendingAtDisconnect = [...this.failCallbacks];
    setTimeout(() => pendingAtDisconnect.forEach((fail) => fail(new BrokerUnreachable())), RECONNECT_WAIT_MS).unref();
  }

  private onReconnect(): void {
    this.isUp = true;
    this.events.emit('up');
  }
}
