import { cloudEventType, dataSchemaOf, type CloudEvent } from '@cordee/contracts/cloud-event';
import { serviceOf, type EventContract } from '@cordee/contracts/contract';
import { newId, toUuid } from '@cordee/contracts/id';
import { unknownFields } from '@cordee/contracts/unknown-fields';
import type * as z from 'zod';

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
export function writeEvents(send: SendStatement, events: readonly PendingEvent[]): void {
  for (let start = 0; start < events.length; start += CHUNK_SIZE) {
    const rows = events.slice(start, start + CHUNK_SIZE).map((body, position) => ({
      position,
      event_id: toUuid(body.id as `evt_${string}`),
      subject: body.type.replace(/^cordee\./, 'evt.'),
      entity_id: body.subject,
      body,
      created_at: body.time,
    }));
    send(
      `with event as (
         select *, row_number() over (partition by entity_id order by position) as number,
                count(*) over (partition by entity_id) as total
         from jsonb_to_recordset(?::jsonb) as event
           (position integer, event_id uuid, subject text, entity_id text, body jsonb, created_at timestamptz)
       ), new_counter as (
         insert into outbox_sequence as counter (entity_id, sequence)
         select entity_id, count(*) from event group by entity_id order by entity_id
         on conflict (entity_id) do update set sequence = counter.sequence + excluded.sequence
         returning entity_id, sequence
       ), numbered_event as (
         select event.*, new_counter.sequence - total + number as sequence from event join new_counter using (entity_id)
       )
       insert into outbox (event_id, subject, entity_id, sequence, body, created_at)
       select event_id, subject, entity_id, sequence, jsonb_set(body, '{sequence}', to_jsonb(sequence)), created_at
       from numbered_event order by position`,
      [JSON.stringify(rows)],
    );
  }
}
