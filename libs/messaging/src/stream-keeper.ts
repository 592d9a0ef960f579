import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstreamManager,
  type JetStreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { brokerAddress } from '@cordee/consumer/broker-address';
import { hasAtomicBatches } from './atomic-batches.ts';
import { durableOf, eventSubjectsOf, REPLY_SUBJECT_PREFIX, REDELIVERY_MS, streamOf } from './bus.ts';
import { connectToBroker } from './connect-to-broker.ts';
import { isMissing } from './nats-event-streams.ts';
import { decode, encode } from './reply.ts';
import { CREATE_STREAM_SUBJECT, type StreamReply, type StreamRequest } from './stream-request.ts';

/** How long the broker remembers event ids to drop duplicates. The outbox keeps its rows longer. */
const DUPLICATE_WINDOW_MS = 120_000;
const QUEUE = 'streams';

/**
 * Creates missing streams and durable consumers with fixed settings, for the services that ask for them. The broker
 * does not compare the settings of a stream or a consumer with the permissions of its creator. A service that could
 * create streams and consumers could therefore read the messages of any subject, and publish to any subject.
 */
export class StreamKeeper {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
    private readonly isService: (name: string) => boolean,
  ) {}

  /** Connects as a user of the broker that may create streams. `isService` decides which services have a stream. */
  static async start(url: string, isService: (name: string) => boolean): Promise<StreamKeeper> {
    const connection = await connectToBroker({
      ...brokerAddress(url),
      name: 'streams',
      inboxPrefix: '_INBOX_streams',
    });
    const keeper = new StreamKeeper(connection, await jetstreamManager(connection, { checkAPI: false }), isService);
    connection.subscribe(CREATE_STREAM_SUBJECT, {
      queue: QUEUE,
      callback: (error, message) => {
        // This user may publish to the API of the broker, so a reply goes to an inbox only.
        if (error || !message.reply?.startsWith(REPLY_SUBJECT_PREFIX)) return;
        void keeper.answer(message.data).then((reply) => message.respond(encode(reply)));
      },
    });
    await connection.flush();
    return keeper;
  }

  async stop(): Promise<void> {
    await this.connection.drain().catch(() => this.connection.close());
  }

  private async answer(data: Uint8Array): Promise<StreamReply> {
    try {
      const { source, durable } = decode(data) as StreamRequest;
      if (!this.isService(source)) return { problem: `${source} is not a service` };
      if (durable === undefined) await this.createStream(source);
      else await this.createConsumer(source, durable);
      return {};
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  }

  /**
   * Creates a missing stream. An existing stream keeps its settings, because another version may have created it; only
   * atomic batches are added.
   */
  private async createStream(source: string): Promise<void> {
    const { config } = await this.findOrAddStream(source);
    if (config.allow_atomic || !hasAtomicBatches(this.connection)) return;
    // Without batches, events are published one by one. A node of the cluster may be too old.
    await this.manager.streams.update(streamOf(source), { allow_atomic: true }).catch(() => undefined);
  }

  private async findOrAddStream(source: string): Promise<StreamInfo> {
    try {
      return await this.manager.streams.info(streamOf(source));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return this.manager.streams.add({
      name: streamOf(source),
      subjects: [eventSubjectsOf(source)],
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
      discard: DiscardPolicy.Old,
      // The broker publishes its reply to any subject that a request names, also to the subjects that delete messages.
      deny_delete: true,
      deny_purge: true,
    });
  }

  private async createConsumer(source: string, durable: string): Promise<void> {
    const [service = ''] = durable.split('__');
    if (!this.isService(service) || durable !== durableOf(service, source))
      throw new Error(`${durable} is not a consumer of ${source}`);
    await this.manager.consumers.add(streamOf(source), {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      filter_subject: eventSubjectsOf(source),
      ack_wait: nanos(REDELIVERY_MS),
      // The service counts attempts and stores dead letters, so the broker redelivers without limit.
      max_deliver: -1,
    });
  }
}
