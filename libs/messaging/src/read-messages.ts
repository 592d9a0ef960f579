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

/** Messages read ahead of whoever takes them. */
const AHEAD = 256;
/** How often whoever follows looks for streams that were not there before. */
const LOOK_MS = 1_000;

export interface ReadOptions {
  /** Goes on with what comes; otherwise ends when everything that was stored has been read. */
  follow: boolean;
  /** `billing`, or `billing.invoice`; everything when left out. */
  filter?: string | undefined;
  /** What was stored from this instant on, by the broker's clock; when left out, from now when following, else from the beginning. */
  since?: Date | undefined;
  /** Ends the reading. */
  signal?: AbortSignal | undefined;
}

/** What is on a stream, as it is there. */
export interface StoredMessage {
  subject: string;
  stream: string;
  /** Its place on the stream. */
  position: number;
  data: Uint8Array;
}

/** The messages on the streams of events: in order within a stream, each once. Nothing is taken from those who consume them. */
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
  private readonly out = new PassThrough({ objectMode: true, highWaterMark: AHEAD });
  private readonly stopping = new AbortController();
  /** Streams that are being read. */
  private readonly open = new Map<string, Promise<void>>();
  private readonly consuming = new Set<ConsumerMessages>();
  /** Where reading of a stream has come to; a stream that was deleted and made again starts anew. */
  private readonly positions = new Map<string, { created: string; last: number }>();

  constructor(
    private readonly client: JetStreamClient,
    private readonly manager: JetStreamManager,
    private readonly options: ReadOptions,
  ) {
    // Every producer that waits listens.
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
    await this.look(true);
    if (!follow) return void (await Promise.all(this.open.values()));
    while (!this.isOver) {
      await sleep(LOOK_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      // The broker may be away for a while.
      if (!this.isOver) await this.look(false).catch(() => undefined);
    }
  }

  private async look(isFirst: boolean): Promise<void> {
    const [service] = (this.options.filter ?? '').split('.');
    for await (const stream of this.manager.streams.list()) {
      const { name } = stream.config;
      if (!isEventStream(name) || (service && name !== streamOf(service)) || this.open.has(name)) continue;
      const reading = this.read(stream, isFirst).finally(() => this.open.delete(name));
      this.open.set(name, reading);
      // A stream that is deleted under whoever follows is opened again should it return; otherwise the failure is the reader's.
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
    const messages = await consumer.consume({ max_messages: AHEAD, abort_on_missing_resource: true });
    this.consuming.add(messages);
    try {
      for await (const message of messages) {
        // A consumer that the broker lost before its first message begins at the very start again.
        const isBefore = message.seq < start || (since && message.time < since);
        position.last = message.seq;
        if (!isBefore)
          await this.give({ subject: message.subject, stream: name, position: message.seq, data: message.data });
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

  /** Waits while nobody takes: what is on the streams may be more than fits into memory. */
  private async give(message: StoredMessage): Promise<void> {
    if (this.isOver) return;
    if (!this.out.write(message))
      await once(this.out, 'drain', { signal: this.stopping.signal }).catch(() => undefined);
  }
}
