import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  type ConsumerMessages,
  type JetStreamClient,
  type JetStreamManager,
  type OrderedConsumerOptions,
  type StreamInfo,
} from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { brokerAddress } from './broker-address.ts';
import { isEventStream, streamOf } from './bus.ts';

/** Messages buffered ahead of the reader. */
const BUFFER_SIZE = 256;
/** How often a following reader looks for new streams. */
const DISCOVERY_MS = 1_000;

export interface ReadOptions {
  /** Continues with new messages; otherwise reading ends after the stored ones. */
  follow: boolean;
  /** `billing` or `billing.invoice`; all streams by default. */
  filter?: string | undefined;
  /** Start instant by the broker's clock. By default a following reader starts now, another one at the beginning. */
  since?: Date | undefined;
  signal?: AbortSignal | undefined;
}

/** A message as the stream stores it. */
export interface StoredMessage {
  subject: string;
  stream: string;
  /** Sequence number on the stream. */
  position: number;
  data: Uint8Array;
}

/** Reads the messages on the event streams: in order within a stream, each once, without affecting consumers. */
export async function* readMessages(url: string, options: ReadOptions): AsyncGenerator<StoredMessage> {
  const connection = await connect({
    ...brokerAddress(url),
    name: 'events',
    ...(options.follow ? { maxReconnectAttempts: -1 } : {}),
  });
  const reading = new Reading(jetstream(connection), await jetstreamManager(connection), options);
  try {
    yield* reading.messages();
  } finally {
    await reading.stop();
    await connection.close();
  }
}

class Reading {
  private readonly out = new PassThrough({ objectMode: true, highWaterMark: BUFFER_SIZE });
  private readonly stopping = new AbortController();
  /** Streams being read. */
  private readonly open = new Map<string, Promise<void>>();
  private readonly consuming = new Set<ConsumerMessages>();
  /** The last message read per stream. A stream that was deleted and created again is read from its start. */
  private readonly positions = new Map<string, { created: string; last: number }>();

  constructor(
    private readonly client: JetStreamClient,
    private readonly manager: JetStreamManager,
    private readonly options: ReadOptions,
  ) {
    // Every waiting producer adds a listener.
    this.out.setMaxListeners(0);
  }

  async *messages(): AsyncGenerator<StoredMessage> {
    const end = (): void => void this.out.end();
    this.options.signal?.addEventListener('abort', end, { once: true });
    if (this.options.signal?.aborted) end();
    void this.readStreams().then(end, (error: unknown) => this.out.destroy(error as Error));
    for await (const message of this.out) yield message as StoredMessage;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.out.destroy();
    await Promise.allSettled([...this.consuming].map((messages) => messages.close()));
  }

  private get isOver(): boolean {
    return this.out.writableEnded || this.out.destroyed;
  }

  private async readStreams(): Promise<void> {
    const { follow } = this.options;
    await this.openStreams(true);
    if (!follow) return void (await Promise.all(this.open.values()));
    while (!this.isOver) {
      await sleep(DISCOVERY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      // The broker may be down for a while.
      if (!this.isOver) await this.openStreams(false).catch(() => undefined);
    }
  }

  private async openStreams(isFirst: boolean): Promise<void> {
    const [service] = (this.options.filter ?? '').split('.');
    for await (const stream of this.manager.streams.list()) {
      const { name } = stream.config;
      if (!isEventStream(name) || (service && name !== streamOf(service)) || this.open.has(name)) continue;
      const reading = this.read(stream, isFirst).finally(() => this.open.delete(name));
      this.open.set(name, reading);
      // A following reader opens a deleted stream again when it returns; for another reader the deletion is an error.
      reading.catch((error: unknown) => this.options.follow || this.out.destroy(error as Error));
    }
  }

  private async read(stream: StreamInfo, isFirst: boolean): Promise<void> {
    const { name } = stream.config;
    const known = this.positions.get(name);
    const isSame = known?.created === stream.created;
    const { follow, since } = this.options;
    const start = isSame ? known.last + 1 : isFirst && follow && !since ? stream.state.last_seq + 1 : 1;
    const end = follow ? Infinity : stream.state.last_seq;
    const position = { created: stream.created, last: start - 1 };
    this.positions.set(name, position);
    const consumer = await this.client.consumers.get(name, this.where(start, isSame ? undefined : since));
    if (!follow && (await consumer.info(true)).num_pending === 0) return;
    const messages = await consumer.consume({ max_messages: BUFFER_SIZE, abort_on_missing_resource: true });
    this.consuming.add(messages);
    try {
      for await (const message of messages) {
        // A consumer that the broker loses before its first message starts again at the first message of the stream.
        const isBefore = message.seq < start || (since && message.time < since);
        position.last = message.seq;
        if (!isBefore)
          await this.push({ subject: message.subject, stream: name, position: message.seq, data: message.data });
        if (this.isOver || message.seq >= end || (!follow && message.info.pending === 0)) break;
      }
    } finally {
      this.consuming.delete(messages);
      await consumer.delete().catch(() => undefined);
    }
  }

  private where(start: number, since: Date | undefined): Partial<OrderedConsumerOptions> {
    const [service, entity] = (this.options.filter ?? '').split('.');
    return {
      ...(entity ? { filter_subjects: `evt.${service}.${entity}.>` } : {}),
      ...(since
        ? { deliver_policy: DeliverPolicy.StartTime, opt_start_time: since.toISOString() }
        : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: start }),
    };
  }

  /** Waits while the buffer is full: the streams may hold more than fits into memory. */
  private async push(message: StoredMessage): Promise<void> {
    if (this.isOver) return;
    if (!this.out.write(message))
      await once(this.out, 'drain', { signal: this.stopping.signal }).catch(() => undefined);
  }
}
