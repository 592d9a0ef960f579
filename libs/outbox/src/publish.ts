import { setImmediate } from 'node:timers/promises';
import { cloudEventType, dataSchemaOf, type CloudEvent } from '@cordee/contracts/cloud-event';
import { serviceOf, type EventContract } from '@cordee/contracts/contract';
import { newId, toUuid } from '@cordee/contracts/id';
import { unknownFields } from '@cordee/contracts/unknown-fields';
import type * as z from 'zod';
import { sqlArray } from './sql-array.ts';

/** Something that happened. Methods of entities return domain events. */
export interface DomainEvent<E extends EventContract = EventContract> {
  event: E;
  data: z.input<E['data']>;
  /**
   * Ids of further entities whose access data changes (ACC-3). Access caches are notified of these entities; the event
   * does not contain the ids.
   */
  alsoInvalidates?: readonly string[];
}

/**
 * Creates a domain event. The compiler checks the type of `data` here; its schema is checked when the event is
 * published.
 */
export const domainEvent = <E extends EventContract>(event: E, data: z.input<E['data']>): DomainEvent<E> => ({
  event,
  data,
});

/** Actor, reason and origin of an event, for its envelope. */
export interface EventMetadata {
  actorId: string;
  organizationId?: string | undefined;
  onBehalfOf?: string | undefined;
  /** Ids of the support accesses under which staff acted, separated by commas. */
  supportAccessId?: string | undefined;
  reason?: string | undefined;
  requestId: string;
  traceparent?: string | undefined;
  /** The access revision of the event whose reaction publishes this event. */
  accessRevision?: string | undefined;
  now: Date;
}

/** An event before it is written to the outbox: its sequence is not known yet. */
export type PendingEvent = Omit<CloudEvent, 'sequence'>;

/** The maximum number of events per statement. */
const CHUNK_SIZE = 500;

/**
 * Validates the data and puts it into the envelope. Readers tolerate unknown fields; publishers must not publish them.
 */
export function toPendingEvent(metadata: EventMetadata, { event, data }: DomainEvent): PendingEvent {
  const body = event.data.parse(data) as Record<string, unknown>;
  const undeclared = unknownFields(data, body);
  if (undeclared.length > 0) throw new Error(`${event.subject} does not declare the fields ${undeclared.join(', ')}`);
  return {
    specversion: '1.0',
    id: newId('evt', metadata.now),
    source: `/${serviceOf(event)}`,
    type: cloudEventType(event),
    subject: String(body[event.entity]),
    time: metadata.now.toISOString(),
    dataschema: dataSchemaOf(event),
    datacontenttype: 'application/json',
    ...(metadata.organizationId ? { organizationid: metadata.organizationId } : {}),
    actorid: metadata.actorId,
    ...(metadata.onBehalfOf ? { onbehalfof: metadata.onBehalfOf } : {}),
    ...(metadata.supportAccessId ? { supportaccessid: metadata.supportAccessId } : {}),
    ...(metadata.reason ? { reason: metadata.reason } : {}),
    requestid: metadata.requestId,
    ...(metadata.traceparent ? { traceparent: metadata.traceparent } : {}),
    data: body,
  };
}

/** Sends a statement of the current transaction, without waiting for its reply. */
export type SendStatement = (sql: string, parameters: readonly unknown[]) => void;

/**
 * Writes events into the outbox, in the transaction of the change that causes them: the change and its events commit
 * together or not at all. The counter row of an entity stays locked until the commit, so the outbox has the events
 * of an entity in the order of their commits.
 */
export async function writeEvents(send: SendStatement, events: readonly PendingEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += CHUNK_SIZE) {
    // Sends the statements so far, so that PostgreSQL works at the same time as this process.
    if (start > 0) await setImmediate();
    writeChunk(send, events.slice(start, start + CHUNK_SIZE));
  }
}

function writeChunk(send: SendStatement, events: readonly PendingEvent[]): void {
  const eventCounts = new Map<string, number>();
  // The position of each event among the events of its entity; the first event has position 1.
  const positions = events.map(({ subject }) => {
    const position = (eventCounts.get(subject) ?? 0) + 1;
    eventCounts.set(subject, position);
    return position;
  });
  send(
    `with new_counter as (
       insert into outbox_sequence as counter (entity_id, sequence)
       select entity_id, event_count from unnest(?::text[], ?::bigint[]) as entity (entity_id, event_count)
       order by entity_id
       on conflict (entity_id) do update set sequence = counter.sequence + excluded.sequence
       returning entity_id, sequence
     ), event as (
       select *, new_counter.sequence - later_count as event_sequence
       from rows from (
         unnest(?::uuid[], ?::text[], ?::text[], ?::bigint[], ?::timestamptz[]), string_to_table(?, E'\n')
       ) with ordinality as event (event_id, subject, entity_id, later_count, created_at, open_body, position)
       join new_counter using (entity_id)
     )
     insert into outbox (event_id, subject, entity_id, sequence, body, created_at)
     select event_id, subject, entity_id, event_sequence,
            (open_body || ',"sequence":' || event_sequence || '}')::jsonb, created_at
     from event order by position`,
    [
      sqlArray([...eventCounts.keys()]),
      sqlArray([...eventCounts.values()]),
      sqlArray(events.map(({ id }) => toUuid(id as `evt_${string}`))),
      sqlArray(events.map(({ type }) => type.replace(/^cordee\./, 'evt.'))),
      sqlArray(events.map(({ subject }) => subject)),
      // The number of later events of the entity in this statement.
      sqlArray(events.map(({ subject }, index) => eventCounts.get(subject)! - positions[index]!)),
      sqlArray(events.map(({ time }) => time)),
      // Without the last brace, so that the statement can add the sequence.
      events.map((event) => JSON.stringify(event).slice(0, -1)).join('\n'),
    ],
  );
}
