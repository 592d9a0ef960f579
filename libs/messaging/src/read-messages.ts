import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager, type JetStreamManager, type StoredMsg, type StreamInfo } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { brokerAddress } from '@cordee/consumer/broker-address';
import { isEventStream, streamOf } from './bus.ts';

/** The number of messages that are buffered ahead of the reader. */
const BUFFER_SIZE = 256;
/** How often a following reader looks for new messages. */
const POLL_MS = 250;
/** How often a following reader looks for new streams. */
const DISCOVERY_MS = 1_000;

export interface ReadOptions {
  /** True to continue with new messages; false to end after the stored messages. */
  follow: boolean;
  /**
   * Reads only the events of a service (`billing`) or of an entity (`billing.invoice`). Reads all streams by default.
   */
  filter?: string | undefined;
  /**
   * The instant of the first message to read, by the clock of the broker. By default, a following reader starts with
   * the next message, and any other reader starts with the first stored message.
   */
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

/**
 * Reads the messages on the event streams one by one, without a consumer, so that the broker user needs no permission
 * to create consumers. Each message is read once; the messages of a stream are in order.
 */
export async function* readMessages(url: string, options: ReadOptions): AsyncGenerator<StoredMessage> {
  const connection = await connect({
    ...brokerAddress(url),
    name: 'events',
    ...(options.follow ? { maxReconnectAttempts: -1 } : {}),
  });
  const reader = new MessageReader(await jetstreamManager(connection, { checkAPI: false }), options);
  try {
    yield* reader.messages();
  } finally {
    await reader.stop();
    await connection.close();
  }
}

class MessageReader {
  private readonly output = new PassThrough({ objectMode: true, highWaterMark: BUFFER_SIZE });
  private readonly stopping = new AbortController();
  /** The streams that are being read, by name. */
  private readonly readingByStream = new Map<string, Promise<void>>();
  /**
   * The position of the last message that was read, per stream. A stream that was deleted and created again is read
   * from its start.
   */
  private readonly positions = new Map<string, { created: string; last: number }>();

  constructor(
    private readonly manager: JetStreamManager,
    private readonly options: ReadOptions,
  ) {
    // Every stream that waits for the buffer adds a listener.
    this.output.setMaxListeners(0);
  }

  async *messages(): AsyncGenerator<StoredMessage> {
    const endOutput = (): void => void this.output.end();
    this.options.signal?.addEventListener('abort', endOutput, { once: true });
    if (this.options.signal?.aborted) endOutput();
    void this.readStreams().then(endOutput, (error: unknown) => this.output.destroy(error as Error));
    for await (const message of this.output) yield message as StoredMessage;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.output.destroy();
    await Promise.allSettled(this.readingByStream.values());
  }

  private get hasEnded(): boolean {
    return this.output.writableEnded || this.output.destroyed;
  }

  private async readStreams(): Promise<void> {
    const { follow } = this.options;
    await this.openStreams({ isFirstSearch: true });
    if (!follow) return void (await Promise.all(this.readingByStream.values()));
    while (!this.hasEnded) {
      await sleep(DISCOVERY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      // Ignores errors, because the broker may be down for a while.
      if (!this.hasEnded) await this.openStreams({ isFirstSearch: false }).catch(() => undefined);
    }
  }

  /** Searches for streams and starts to read each stream that is not being read. */
  private async openStreams({ isFirstSearch }: { isFirstSearch: boolean }): Promise<void> {
    const [service] = (this.options.filter ?? '').split('.');
    for await (const stream of this.manager.streams.list()) {
      const { name } = stream.config;
      if (!isEventStream(name) || (service && name !== streamOf(service)) || this.readingByStream.has(name)) continue;
      const reading = this.read(stream, { isFirstSearch }).finally(() => this.readingByStream.delete(name));
      this.readingByStream.set(name, reading);
      // A following reader reads a deleted stream again after the stream is created again. For any other reader, the
      // deletion is an error.
      reading.catch((error: unknown) => this.options.follow || this.output.destroy(error as Error));
    }
  }

  private async read(stream: StreamInfo, { isFirstSearch }: { isFirstSearch: boolean }): Promise<void> {
    const { name } = stream.config;
    const previousPosition = this.positions.get(name);
    const isKnownStream = previousPosition?.created === stream.created;
    const { follow, since } = this.options;
    // A known stream is continued. A following reader skips the messages that were stored before the start. The reader
    // does not skip the messages of a stream that is found later, because that stream is new.
    const skipsStoredMessages = isFirstSearch && follow && !since;
    const start = isKnownStream ? previousPosition.last + 1 : skipsStoredMessages ? stream.state.last_seq + 1 : 1;
    const position = { created: stream.created, last: start - 1 };
    this.positions.set(name, position);
    if (since && !isKnownStream) position.last = (await this.firstPositionSince(stream, since)) - 1;
    for (let lastStored = stream.state.last_seq; ;) {
      await this.readUntil(name, lastStored, position);
      if (!follow) return;
      await sleep(POLL_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      if (this.hasEnded) return;
      const { created, state } = await this.manager.streams.info(name);
      // The stream was deleted and created again: it is read as a new stream.
      if (created !== stream.created) return;
      lastStored = state.last_seq;
    }
  }

  /** Reads the messages after `position.last` up to the position `end`. */
  private async readUntil(name: string, end: number, position: { last: number }): Promise<void> {
    while (position.last < end && !this.hasEnded) {
      const message = await this.nextMessage(name, position.last + 1, this.subjectPattern);
      if (!message || message.seq > end) {
        position.last = end;
        return;
      }
      position.last = message.seq;
      await this.push({ subject: message.subject, stream: name, position: message.seq, data: message.data });
    }
  }

  /** The position of the first message that was stored at `since` or later, by binary search. */
  private async firstPositionSince({ config, state }: StreamInfo, since: Date): Promise<number> {
    let [low, high] = [state.first_seq, state.last_seq + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const message = await this.nextMessage(config.name, middle, 'evt.>');
      if (!message || message.time >= since) high = middle;
      else low = message.seq + 1;
    }
    return low;
  }

  /** The first message of the subject at this position or later; null when there is no such message. */
  private nextMessage(name: string, seq: number, subject: string): Promise<StoredMsg | null> {
    const query: { seq: number; next_by_subj: string } = { seq, next_by_subj: subject };
    return this.manager.streams.getMessage(name, query);
  }

  private get subjectPattern(): string {
    const [service, entity] = (this.options.filter ?? '').split('.');
    return entity ? `evt.${service}.${entity}.>` : 'evt.>';
  }

  /** Waits while the buffer is full, because the streams may contain more messages than fit into memory. */
  private async push(message: StoredMessage): Promise<void> {
    if (this.hasEnded) return;
    if (!this.output.write(message))
      await once(this.output, 'drain', { signal: this.stopping.signal }).catch(() => undefined);
  }
}
