import type { NatsConnection, PublishOptions } from '@nats-io/transport-node';

/**
 * Publishes the messages of one turn of the event loop together. The NATS client then writes them to the socket at
 * once; otherwise, it writes each message on its own.
 */
export class JoinedPublishes {
  private waitingPublishes: (() => void)[] = [];

  constructor(private readonly connection: NatsConnection) {}

  /** `onError` gets the error of a message that cannot be published. */
  publish(subject: string, data: Uint8Array, options: PublishOptions, onError: (error: Error) => void): void {
    if (this.waitingPublishes.length === 0) setImmediate(() => this.flush());
    this.waitingPublishes.push(() => {
      try {
        this.connection.publish(subject, data, options);
      } catch (error) {
        onError(error as Error);
      }
    });
  }

  /** Publishes the waiting messages now, for example before the connection is drained. */
  flush(): void {
    const publishes = this.waitingPublishes;
    this.waitingPublishes = [];
    for (const publish of publishes) publish();
  }
}
