import type { ConsumerInfo, ConsumerMessages, JetStreamClient, JetStreamManager, JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { FAILED_RETRY_MS, MAX_RUNNING, streamOf, type Consumption, type Verdict } from './bus.ts';
import { fromNatsHeaders } from './nats-headers.ts';
import { isMissing } from './nats-event-streams.ts';
import { OrderedWork } from './ordered-work.ts';
import { StreamCreationFailed, requestStream } from './stream-request.ts';

const REOPEN_AFTER_MS = 250;
/** How often the loop checks that its consumer exists: a deletion while the connection is lost is not reported. */
const CHECK_MS = 2_000;

/**
 * The maximum number of events that wait in `OrderedWork`. The number is small, so that the events are handled before
 * the broker delivers them again (`REDELIVERY_MS`).
 */
const MAX_WAITING = 60;

/**
 * Runs one durable consumer: handles the events of an organization in the order of the stream, and events of
 * different organizations at the same time. A broker restart, a deleted consumer, a missing stream or a lost connection
 * only pauses the loop.
 */
export class ConsumerLoop {
  private messages: ConsumerMessages | undefined;
  private isStopping = false;
  private loopEnd: Promise<void> = Promise.resolve();
  private failure: string | undefined;
  private checkTimer: NodeJS.Timeout | undefined;
  /** When the consumer was created. Another instant means that the consumer was deleted and created again. */
  private createdAt: string | undefined;
  private readonly work: OrderedWork;
  private readonly maxUnfinished: number;

  constructor(
    private readonly connection: NatsConnection,
    private readonly client: JetStreamClient,
    private readonly manager: JetStreamManager,
    private readonly consumption: Consumption,
  ) {
    this.maxUnfinished = (consumption.maxRunning ?? MAX_RUNNING) + MAX_WAITING;
    this.work = new OrderedWork(consumption.maxRunning ?? MAX_RUNNING, this.maxUnfinished);
  }

  get durable(): string {
    return this.consumption.durable;
  }

  /** Resolves when the consumer exists. A consumer that cannot be created yet is opened by the loop later. */
  async start(): Promise<void> {
    try {
      this.messages = await this.open();
    } catch (error) {
      if (!isMissing(error) && !(error instanceof StreamCreationFailed)) throw error;
      this.recordFailure(error);
    }
    this.loopEnd = this.run();
    this.checkTimer = setInterval(() => void this.check(), CHECK_MS);
    this.checkTimer.unref();
  }

  /** The reason why no events are consumed, or undefined. */
  problem(): string | undefined {
    return this.failure;
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.checkTimer);
    await this.messages?.close();
    await this.loopEnd;
    await this.work.finish();
  }

  private async open(): Promise<ConsumerMessages> {
    const { source, durable } = this.consumption;
    const { created } = await this.findOrRequestConsumer();
    const consumer = await this.client.consumers.get(streamOf(source), durable);
    const messages = await consumer.consume({ max_messages: 2 * this.maxUnfinished, abort_on_missing_resource: true });
    this.createdAt = created;
    this.failure = undefined;
    // When `stop` was called meanwhile, the iteration that follows must end. `close` waits for its end, so nobody
    // awaits it.
    if (this.isStopping) void messages.close();
    return messages;
  }

  private async findOrRequestConsumer(): Promise<ConsumerInfo> {
    const { source, durable } = this.consumption;
    try {
      return await this.manager.consumers.info(streamOf(source), durable);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    await requestStream(this.connection, { source, durable });
    return this.manager.consumers.info(streamOf(source), durable);
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      try {
        this.messages ??= await this.open();
        for await (const message of this.messages)
          await this.work.add(orderKeyOf(message), () => this.deliver(message));
      } catch (error) {
        // The broker is down, or the consumer or its stream is missing: pause and open it again.
        this.recordFailure(error);
      }
      this.messages = undefined;
      if (!this.isStopping) await new Promise((resolve) => setTimeout(resolve, REOPEN_AFTER_MS));
    }
  }

  /** Ends the iteration of a consumer that does not exist any more, so that the loop opens it again. */
  private async check(): Promise<void> {
    const { messages } = this;
    if (!messages || this.isStopping) return;
    const { source, durable } = this.consumption;
    const info = await this.manager.consumers.info(streamOf(source), durable).catch((error: unknown) => {
      if (isMissing(error)) this.recordFailure(error);
      return undefined;
    });
    if (this.failure || (info && info.created !== this.createdAt)) await messages.close();
  }

  private recordFailure(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.failure = `the consumer ${this.durable} of ${streamOf(this.consumption.source)} is not open: ${reason}`;
  }

  /** Events that the broker has not delivered yet, and events that are being handled; 0 without a stream. */
  async pendingEvents(): Promise<number> {
    const { source, durable } = this.consumption;
    try {
      const { num_pending, num_ack_pending } = await this.manager.consumers.info(streamOf(source), durable);
      return num_pending + num_ack_pending;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  }

  private async deliver(message: JsMsg): Promise<void> {
    // Returns prefetched messages, so that another replica gets them at once and not after their redelivery time.
    if (this.isStopping) return message.nak();
    const verdict = await this.handle(message);
    try {
      if ('done' in verdict) message.ack();
      else message.nak(verdict.retryAfterMs);
    } catch {
      // The connection is closed: the broker delivers the event again.
    }
  }

  private async handle(message: JsMsg): Promise<Verdict> {
    try {
      return await this.consumption.handle({
        subject: message.subject,
        data: message.data,
        headers: fromNatsHeaders(message.headers),
        attempt: message.info.deliveryCount,
      });
    } catch {
      return { retryAfterMs: FAILED_RETRY_MS };
    }
  }
}

/** Returns the organization of an event, or else the entity. Malformed events share one key. */
function orderKeyOf(message: JsMsg): string {
  try {
    const { organizationid, subject } = message.json<{ organizationid?: string; subject?: string }>();
    return organizationid ?? subject ?? '';
  } catch {
    return '';
  }
}
