import { EventTooLarge, type Bus, type EventToPublish } from '@cordee/messaging/bus';

/** Limits the memory of the broker for a batch. Larger batches are published one by one. */
const MAX_BATCH_BYTES = 16 * 1_024 * 1_024;

export interface OutboxRow {
  id: string;
  event_id: string;
  subject: string;
  entity_id: string;
  /** JSON. */
  body: string;
}

export interface PublishOutcome {
  /** Ids of published rows. */
  readonly published: readonly string[];
  readonly refusals: readonly unknown[];
  /** The entities that have an event which is larger than the broker accepts. */
  readonly blockedEntities: readonly string[];
}

/** An event and its row. */
interface RowEvent extends EventToPublish {
  readonly row: OutboxRow;
}

/**
 * Publishes events: together if `mayBatch` is true and the broker can, otherwise one by one. Resolves when every
 * publish has settled, so that no publish continues after the lock of the relay is released.
 */
export async function publishRows(
  bus: Bus,
  rows: readonly OutboxRow[],
  { mayBatch }: { mayBatch: boolean },
): Promise<PublishOutcome> {
  const events = rows.map((row) => ({ subject: row.subject, id: row.event_id, data: Buffer.from(row.body), row }));
  try {
    if (mayBatch && (await publishTogether(bus, events)))
      return { published: rows.map(({ id }) => id), refusals: [], blockedEntities: [] };
  } catch (error) {
    return { published: [], refusals: [error], blockedEntities: [] };
  }
  return publishInOrder(bus, events);
}

async function publishTogether(bus: Bus, events: readonly RowEvent[]): Promise<boolean> {
  // One event alone costs less without a batch.
  if (events.length <= 1) return false;
  const bytes = events.reduce((sum, { data }) => sum + data.byteLength, 0);
  return bytes <= MAX_BATCH_BYTES && bus.publishBatch(events);
}

/**
 * Publishes the events of one entity one after the other, and different entities in parallel. A refused event stops the
 * later events of its entity, but no other entity.
 */
async function publishInOrder(bus: Bus, events: readonly RowEvent[]): Promise<PublishOutcome> {
  const published: string[] = [];
  const lastPublishByEntity = new Map<string, Promise<void>>();
  for (const { subject, id, data, row } of events) {
    const previous = lastPublishByEntity.get(row.entity_id) ?? Promise.resolve();
    const publishing = previous.then(() => bus.publishEvent(subject, id, data));
    lastPublishByEntity.set(
      row.entity_id,
      publishing.then(() => void published.push(row.id)),
    );
  }
  const refusals = new Map<string, unknown>();
  await Promise.all(
    [...lastPublishByEntity].map(([entityId, publishing]) =>
      publishing.catch((error: unknown) => void refusals.set(entityId, error)),
    ),
  );
  return {
    published,
    refusals: [...refusals.values()],
    blockedEntities: [...refusals].flatMap(([entityId, error]) => (error instanceof EventTooLarge ? [entityId] : [])),
  };
}
