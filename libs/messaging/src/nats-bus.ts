import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { errors, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { serviceOf } from '@cordee/contracts/contract';
import { brokerAddress } from '@cordee/consumer/broker-address';
import { BrokerWatch } from './broker-watch.ts';
import { connectToBroker } from './connect-to-broker.ts';
import {
  EventTooLarge,
  REPLY_SUBJECT_PREFIX,
  type Bus,
  type BusMessage,
  type Consumption,
  type EventToPublish,
} from './bus.ts';
import { ConsumerLoop } from './nats-consumer-loop.ts';
import { EventBatches } from './nats-event-batches.ts';
import { EventStreams } from './nats-event-streams.ts';
import { fromNatsHeaders } from './nats-headers.ts';
import { JoinedPublishes } from './joined-publishes.ts';
import { NatsRequests } from './nats-requests.ts';
import { encode, type Reply } from './reply.ts';

const REPLY_TOO_LARGE = {
  code: 'REPLY_TOO_LARGE',
  status: 500,
  title: 'The reply is larger than the bus can carry',
};

export interface NatsBusOptions {
  /** One or more URLs, separated by commas: `nats://user:password@host:4222`. */
  url: string;
  /**
   * The client name on the broker and the prefix of the inbox. The prefix ensures that the credentials of one service
   * cannot read the replies to another service.
   */
  service: string;
}

/** The bus on NATS with JetStream (2.9 or newer). */
export class NatsBus implements Bus {
  private readonly consumerLoops: ConsumerLoop[] = [];
  private readonly subscriptions: Subscription[] = [];
  private readonly runningHandlers = new Set<Promise<void>>();
  private readonly streams: EventStreams;
  private readonly broker: BrokerWatch;
  private readonly publishes: JoinedPublishes;
  private readonly requests: NatsRequests;
  private readonly batches: EventBatches;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly client: JetStreamClient,
    private readonly manager: JetStreamManager,
    inboxPrefix: string,
  ) {
    this.broker = new BrokerWatch(connection);
    this.streams = new EventStreams(connection, manager, this.broker);
    this.publishes = new JoinedPublishes(connection);
    this.requests = new NatsRequests(connection, this.publishes, this.broker, inboxPrefix);
    this.batches = new EventBatches(connection, this.requests, this.streams);
  }

  /** Connects, and reconnects without limit. Resolves when the first connection is established. */
  static async connect(options: NatsBusOptions): Promise<NatsBus> {
    const inboxPrefix = `${REPLY_SUBJECT_PREFIX}${options.service}`;
    const address = brokerAddress(options.url);
    const connection = await connectToBroker({
      ...address,
      name: options.service,
      inboxPrefix,
      // Event publishing and `requestAll` use the requests of the NATS client. Without this option, the client records
      // a stack trace for every request.
      noAsyncTraces: true,
    });
    return new NatsBus(
      connection,
      jetstream(connection),
      await jetstreamManager(connection, { checkAPI: false }),
      inboxPrefix,
    );
  }

  async request(
    subject: string,
    data: Uint8Array,
    headers: Record<string, string>,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    return this.requests.send(subject, data, headers, timeoutMs);
  }

  async serve(subject: string, queue: string, handle: (message: BusMessage) => Promise<Uint8Array>): Promise<void> {
    await this.subscribe(subject, handle, queue);
  }

  async publishEvent(subject: string, id: string, data: Uint8Array): Promise<void> {
    const service = serviceOf({ subject });
    await this.streams.ensure(service);
    try {
      await this.broker.whileConnected(() => this.client.publish(subject, data, { msgID: id }));
    } catch (error) {
      // The subjects of contracts are valid, so the size is the only argument that can be wrong.
      if (error instanceof errors.InvalidArgumentError) throw new EventTooLarge(subject, id, { cause: error });
      // The stream may have been deleted.
      this.streams.forgetCheck(service);
      throw error;
    }
  }

  async publishBatch(events: readonly EventToPublish[]): Promise<boolean> {
    return this.batches.publish(events);
  }

  async eventStore(service: string): Promise<string> {
    return this.streams.identityOf(service);
  }

  async consume(consumption: Consumption): Promise<void> {
    const loop = new ConsumerLoop(this.connection, this.client, this.manager, consumption);
    await loop.start();
    this.consumerLoops.push(loop);
  }

  broadcast(subject: string, data: Uint8Array): void {
    this.connection.publish(subject, data);
  }

  async listen(subject: string, handle: (message: BusMessage) => Promise<Uint8Array | undefined>): Promise<void> {
    await this.subscribe(subject, handle);
  }

  async requestAll(
    subject: string,
    data: Uint8Array,
    limits: { maxReplies: number; timeoutMs: number },
  ): Promise<Uint8Array[]> {
    if (limits.maxReplies === 0) return [];
    const receivedReplies: Uint8Array[] = [];
    const replies = await this.connection.requestMany(subject, data, {
      strategy: 'count',
      maxMessages: limits.maxReplies,
      maxWait: limits.timeoutMs,
    });
    try {
      for await (const reply of replies) receivedReplies.push(reply.data);
    } catch (error) {
      // With one of these errors, no more replies arrive. The received replies are returned.
      if (
        !(
          error instanceof errors.NoRespondersError ||
          error instanceof errors.RequestError ||
          error instanceof errors.TimeoutError
        )
      )
        throw error;
    }
    return receivedReplies;
  }

  async pendingEvents(): Promise<ReadonlyMap<string, number>> {
    return new Map(
      await Promise.all(
        this.consumerLoops.map(async (loop) => [loop.durable, await loop.pendingEvents()] as [string, number]),
      ),
    );
  }

  isConnected(): boolean {
    return this.broker.isConnected();
  }

  problem(): string | undefined {
    return this.consumerLoops.map((loop) => loop.problem()).find(Boolean);
  }

  async close(): Promise<void> {
    await Promise.all(this.consumerLoops.map((loop) => loop.stop()));
    // After the subscriptions are drained, running handlers may still call other services.
    await Promise.allSettled(this.subscriptions.map((subscription) => subscription.drain()));
    await Promise.all(this.runningHandlers);
    this.publishes.flush();
    await this.connection.drain().catch(() => this.connection.close());
  }

  private async subscribe(
    subject: string,
    handle: (message: BusMessage) => Promise<Uint8Array | undefined>,
    queue?: string,
  ): Promise<void> {
    const callback = (error: Error | null, message: Msg): void => {
      if (error) return;
      const work = this.answer(message, handle).finally(() => this.runningHandlers.delete(work));
      this.runningHandlers.add(work);
    };
    this.subscriptions.push(this.connection.subscribe(subject, { callback, ...(queue ? { queue } : {}) }));
    await this.connection.flush();
  }

  private async answer(message: Msg, handle: (message: BusMessage) => Promise<Uint8Array | undefined>): Promise<void> {
    try {
      const reply = await handle({
        subject: message.subject,
        data: message.data,
        headers: fromNatsHeaders(message.headers),
      });
      // A reply to another subject would be a request or an event in the name of this service.
      if (reply === undefined || !message.reply?.startsWith(REPLY_SUBJECT_PREFIX)) return;
      // The broker drops a reply that is too large; the caller gets this error instead of a timeout.
      this.publishes.publish(
        message.reply,
        reply.byteLength <= (this.connection.info?.max_payload ?? Number.POSITIVE_INFINITY)
          ? reply
          : encode({ error: REPLY_TOO_LARGE } satisfies Reply),
        {},
        // The connection is closed; the caller times out.
        () => undefined,
      );
    } catch {
      // Handlers return their errors as replies. A malformed message must not end the process; its caller times out.
    }
  }
}
