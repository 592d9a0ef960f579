import { randomUUID } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { serviceOf } from '@cordee/contracts/contract';
import type { EventToPublish } from './bus.ts';
import type { EventStreams } from './nats-event-streams.ts';
import { toNatsHeaders } from './nats-headers.ts';
import type { NatsRequests } from './nats-requests.ts';
import { decode } from './reply.ts';

/** The time for the broker to store a batch. The broker itself drops an incomplete batch after 10 s. */
const TIMEOUT_MS = 10_000;
/** The headers of an event need less than this number of bytes. */
const MAX_HEADER_BYTES = 1_024;
/** The error code of the broker for an event whose id is already in the stream. */
const HAS_DUPLICATE = 10_201;

/** The answer of the broker to the last event of a batch. */
interface BatchReply {
  readonly batch?: string;
  readonly count?: number;
  readonly error?: { readonly err_code?: number };
}

/**
 * Publishes atomic batches (NATS 2.12 or newer). The broker stores all events of a batch or none, and writes them to
 * the disk at once. Only the last event has a reply.
 */
export class EventBatches {
  constructor(
    private readonly connection: NatsConnection,
    private readonly requests: NatsRequests,
    private readonly streams: EventStreams,
  ) {}

  /** See `Bus.publishBatch`. */
  async publish(events: readonly EventToPublish[]): Promise<boolean> {
    const last = events.at(-1);
    if (!last) return true;
    const service = serviceOf(last);
    const { hasBatches } = await this.streams.ensure(service);
    if (!hasBatches || !this.areSmallEnough(events)) return false;
    try {
      const reply = await this.send(events, last);
      // A duplicate says nothing about the stream. After another error, the stream may have been created again.
      if (!reply.isStored && !reply.hasDuplicate) this.streams.forgetCheck(service);
      return reply.isStored;
    } catch (error) {
      this.streams.forgetCheck(service);
      throw error;
    }
  }

  private async send(
    events: readonly EventToPublish[],
    last: EventToPublish,
  ): Promise<{ isStored: boolean; hasDuplicate: boolean }> {
    const batch = randomUUID();
    const headersOf = (id: string, position: number): Record<string, string> => ({
      'Nats-Msg-Id': id,
      'Nats-Batch-Id': batch,
      'Nats-Batch-Sequence': String(position),
    });
    await this.requests.whenConnected();
    for (const [index, { subject, id, data }] of events.slice(0, -1).entries())
      this.connection.publish(subject, data, { headers: toNatsHeaders(headersOf(id, index + 1)) });
    const headers = { ...headersOf(last.id, events.length), 'Nats-Batch-Commit': '1' };
    const reply = decode(await this.requests.send(last.subject, last.data, headers, TIMEOUT_MS)) as BatchReply;
    return {
      // A broker without batches stores each event, and replies without the batch.
      isStored: reply.batch === batch && reply.count === events.length,
      hasDuplicate: reply.error?.err_code === HAS_DUPLICATE,
    };
  }

  /** False when an event is too large for the broker. Such an event is published alone, so that it blocks no others. */
  private areSmallEnough(events: readonly EventToPublish[]): boolean {
    const maxBytes = (this.connection.info?.max_payload ?? Number.POSITIVE_INFINITY) - MAX_HEADER_BYTES;
    return events.every(({ data }) => data.byteLength <= maxBytes);
  }
}
