import { AckPolicy, DeliverPolicy, jetstreamManager, type ConsumerAPI } from '@nats-io/jetstream';
import { connect, nanos } from '@nats-io/transport-node';
import { brokerAddress } from '@cordee/consumer/broker-address';
import { eventSubjectsOf, streamOf } from './bus.ts';
import { isMissing } from './nats-event-streams.ts';

/** An event that is not acknowledged is delivered again after this time. `@cordee/consumer` prolongs this time. */
const ACK_WAIT_MS = 10_000;

export interface ConsumerOfTool {
  readonly durable: string;
  readonly service: string;
  /** Limits the events to this entity, for example `invoice`. */
  readonly entity?: string | undefined;
  /**
   * Starts with all stored events, with later events only, or with the events that the broker stored since an instant.
   */
  readonly from: 'all' | 'new' | Date;
  /** True to replace an existing consumer; false to keep the existing consumer and create nothing. */
  readonly replacesExisting: boolean;
}

/**
 * Creates a durable consumer for an internal tool. At most one event is unacknowledged, so that the events of an entity
 * arrive in order also after a crash of the tool. Returns false when the consumer exists.
 */
export async function createConsumerOfTool(
  url: string,
  { durable, service, entity, from, replacesExisting }: ConsumerOfTool,
): Promise<boolean> {
  const connection = await connect({ ...brokerAddress(url), name: 'events' });
  try {
    const { consumers } = await jetstreamManager(connection, { checkAPI: false });
    const stream = streamOf(service);
    const exists = await hasConsumer(consumers, stream, durable);
    if (exists && !replacesExisting) return false;
    if (exists) await consumers.delete(stream, durable);
    await consumers.add(stream, {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      filter_subject: entity ? `evt.${service}.${entity}.>` : eventSubjectsOf(service),
      ack_wait: nanos(ACK_WAIT_MS),
      max_ack_pending: 1,
      max_deliver: -1,
      ...(from instanceof Date
        ? { deliver_policy: DeliverPolicy.StartTime, opt_start_time: from.toISOString() }
        : { deliver_policy: from === 'all' ? DeliverPolicy.All : DeliverPolicy.New }),
    });
    return true;
  } finally {
    await connection.close();
  }
}

export interface StoredConsumer {
  readonly durable: string;
  readonly service: string;
  /** The number of events that the consumer has not received yet. */
  readonly pending: number;
  /** The number of events that the consumer received more than once and has not acknowledged. */
  readonly redelivered: number;
  /** When the consumer last acknowledged an event; undefined when the broker has restarted since. */
  readonly lastHandledAt: Date | undefined;
}

/** Returns the durable consumers of the streams of services. A service that never ran has no stream. */
export async function listConsumers(url: string, services: readonly string[]): Promise<StoredConsumer[]> {
  const connection = await connect({ ...brokerAddress(url), name: 'events' });
  try {
    const { consumers } = await jetstreamManager(connection, { checkAPI: false });
    const lists = await Promise.all(services.map((service) => consumersOf(consumers, service)));
    return lists.flat();
  } finally {
    await connection.close();
  }
}

async function consumersOf(consumers: ConsumerAPI, service: string): Promise<StoredConsumer[]> {
  const storedConsumers: StoredConsumer[] = [];
  try {
    for await (const { name, num_pending, num_redelivered, ack_floor } of consumers.list(streamOf(service)))
      storedConsumers.push({
        durable: name,
        service,
        pending: num_pending,
        redelivered: num_redelivered,
        lastHandledAt: ack_floor.last_active ? new Date(ack_floor.last_active) : undefined,
      });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return storedConsumers;
}

/** Deletes the durable consumer of a tool. Returns false when there is no such consumer. */
export async function deleteConsumerOfTool(url: string, service: string, durable: string): Promise<boolean> {
  const connection = await connect({ ...brokerAddress(url), name: 'events' });
  try {
    const { consumers } = await jetstreamManager(connection, { checkAPI: false });
    const stream = streamOf(service);
    return (await hasConsumer(consumers, stream, durable)) && (await consumers.delete(stream, durable));
  } finally {
    await connection.close();
  }
}

async function hasConsumer(consumers: ConsumerAPI, stream: string, durable: string): Promise<boolean> {
  try {
    await consumers.info(stream, durable);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
