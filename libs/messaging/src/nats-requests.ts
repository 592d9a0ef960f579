import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { NoResponder, RequestTimeout } from './bus.ts';
import type { BrokerWatch } from './broker-watch.ts';
import { toNats } from './nats-headers.ts';

/** Status code of the broker's empty reply for a subject without responders. */
const NO_RESPONDERS = 503;

interface Waiting {
  readonly subject: string;
  readonly resolve: (answer: Uint8Array) => void;
  readonly fail: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Requests with one reply subject each under one inbox. It replaces the client's `request`, which creates an error with
 * its stack for every call, answered ones too, and races two promises and a timer: a third of the cost of a caller.
 */
export class NatsRequests {
  private readonly waiting = new Map<string, Waiting>();
  private readonly inbox: string;
  private count = 0;

  /** `inboxPrefix`: the only inbox that the credentials of the service may read. */
  constructor(
    private readonly connection: NatsConnection,
    private readonly broker: BrokerWatch,
    inboxPrefix: string,
  ) {
    this.inbox = `${createInbox(inboxPrefix)}.`;
    connection.subscribe(`${this.inbox}*`, {
      callback: (error, message) => {
        if (!error) return this.take(message);
        // The inbox cannot be read, for instance without permission: no reply will come.
        for (const { fail } of this.waiting.values()) fail(error);
      },
    });
  }

  /** Returns the reply. Throws `NoResponder`, `RequestTimeout`, or `BrokerAway` when the broker is lost meanwhile. */
  async send(
    subject: string,
    data: Uint8Array,
    headers: Record<string, string>,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    await this.broker.waitForBroker();
    const reply = `${this.inbox}${(this.count += 1).toString(36)}`;
    return new Promise<Uint8Array>((resolve, reject) => {
      const fail = (error: Error): void => {
        this.settle(reply);
        reject(error);
      };
      const timer = setTimeout(() => fail(new RequestTimeout(subject, timeoutMs)), timeoutMs);
      this.waiting.set(reply, { subject, resolve, fail, timer });
      this.broker.watch(fail);
      try {
        this.connection.publish(subject, data, { reply, headers: toNats(headers) });
      } catch (error) {
        fail(error as Error);
      }
    });
  }

  private take(message: Msg): void {
    const waiting = this.settle(message.subject);
    // The request has timed out.
    if (!waiting) return;
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS)
      waiting.fail(new NoResponder(waiting.subject));
    else waiting.resolve(message.data);
  }

  private settle(reply: string): Waiting | undefined {
    const waiting = this.waiting.get(reply);
    if (!waiting) return undefined;
    this.waiting.delete(reply);
    this.broker.release(waiting.fail);
    clearTimeout(waiting.timer);
    return waiting;
  }
}
