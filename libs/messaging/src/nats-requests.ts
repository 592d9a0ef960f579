import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { NoResponder, RequestTimeout } from './bus.ts';
import type { BrokerWatch } from './broker-watch.ts';
import { toNats } from './nats-headers.ts';

/** The broker's word for a subject that nobody serves, on an answer without content. */
const NO_RESPONDERS = 503;

interface Waiting {
  readonly subject: string;
  readonly resolve: (answer: Uint8Array) => void;
  readonly fail: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Requests, each answered on a subject of its own under one inbox. The client's `request` makes an error with its stack for every call, those that
 * are answered too, and races two promises and a timer: a third of what a caller costs.
 */
export class NatsRequests {
  private readonly waiting = new Map<string, Waiting>();
  private readonly inbox: string;
  private count = 0;

  /** `inboxPrefix` is what the service may read on the broker. */
  constructor(
    private readonly connection: NatsConnection,
    private readonly broker: BrokerWatch,
    inboxPrefix: string,
  ) {
    this.inbox = `${createInbox(inboxPrefix)}.`;
    connection.subscribe(`${this.inbox}*`, {
      callback: (error, message) => {
        if (!error) return this.take(message);
        // Without an inbox, may it not be read for instance, no answer comes.
        for (const { fail } of this.waiting.values()) fail(error);
      },
    });
  }

  /** The answer. Throws `NoResponder`, `RequestTimeout`, or `BrokerAway` when the broker is away or goes while this waits. */
  async send(
    subject: string,
    data: Uint8Array,
    headers: Record<string, string>,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    await this.broker.present();
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
    // It came too late.
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
