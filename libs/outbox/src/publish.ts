import { cloudEventType, type CloudEvent } from '@cordee/contracts/cloud-event';
import { serviceOf, type EventContract } from '@cordee/contracts/contract';
import { newId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

/** What an entity's method returns: the fact it caused. */
export interface DomainEvent<E extends EventContract = EventContract> {
  event: E;
  data: z.input<E['data']>;
  /** Entities whose access facts it changes besides those of its own (ACC-3), however many: copies are told, the event does not name them. */
  alsoInvalidates?: readonly string[];
}

/** A fact of this event; the data is checked by its type here and by its schema when it is published. */
export const domainEvent = <E extends EventContract>(event: E, data: z.input<E['data']>): DomainEvent<E> => ({
  event,
  data,
});

/** Who and why, for the envelope. */
export interface EventMetadata {
  actorId: string;
  organizationId?: string | undefined;
  onBehalfOf?: string | undefined;
  /** Ids of the support accesses that let a member of staff do it, separated by commas. */
  supportAccessId?: string | undefined;
  reason?: string | undefined;
  requestId: string;
  traceparent?: string | undefined;
  /** The access revision of the event that is reacted to. */
  accessRevision?: string | undefined;
  now: Date;
}

/** An event before it is written: its place among the events of its entity is not known yet. */
export type PendingEvent = Omit<CloudEvent, 'sequence'>;

/** Events that one statement writes. */
const CHUNK = 500;

/** Checks the data and puts it into its envelope. */
export function toPendingEvent(cause: EventMetadata, { event, data }: DomainEvent): PendingEvent {
  const body = event.data.parse(data) as Record<string, unknown>;
  return {
    specversion: '1.0',
    id: newId('evt', cause.now),
    source: `/${serviceOf(event)}`,
    type: cloudEventType(event),
    subject: String(body[event.entity]),
    time: cause.now.toISOString(),
    dataschema: `/asyncapi.json#/components/schemas/${event.subject}`,
    datacontenttype: 'application/json',
    ...(cause.organizationId ? { organizationid: cause.organizationId } : {}),
    actorid: cause.actorId,
    ...(cause.onBehalfOf ? { onbehalfof: cause.onBehalfOf } : {}),
    ...(cause.supportAccessId ? { supportaccessid: cause.supportAccessId } : {}),
    ...(cause.reason ? { reason: cause.reason } : {}),
    requestid: cause.requestId,
    ...(cause.traceparent ? { traceparent: cause.traceparent } : {}),
    data: body,
  };
}

/**
 * Writes events into the outbox, in the transaction that caused them: both happen or neither (C-PLT-02). The row locks
 * on the counters of their entities hold until commit, so the outbox has the events of an entity in their true order.
 */
export async function writeEvents(em: EntityManager, events: readonly PendingEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += CHUNK) {
    const rows = events.slice(start, start + CHUNK).map((body, place) => ({
      place,
      event_id: toUuid(body.id as `evt_${string}`),
      subject: body.type.replace(/^cordee\./, 'evt.'),
      entity_id: body.subject,
      body,
      created_at: body.time,
    }));
    await em.execute(
      `with event as (
         select *, row_number() over (partition by entity_id order by place) as number,
                count(*) over (partition by entity_id) as total
         from jsonb_to_recordset(?::jsonb) as event
           (place integer, event_id uuid, subject text, entity_id text, body jsonb, created_at timestamptz)
       ), counted as (
         insert into outbox_sequence as known (entity_id, sequence)
         select entity_id, count(*) from event group by entity_id order by entity_id
         on conflict (entity_id) do update set sequence = known.sequence + excluded.sequence
         returning entity_id, sequence
       ), numbered as (
         select event.*, counted.sequence - total + number as sequence from event join counted using (entity_id)
       )
       insert into outbox (event_id, subject, entity_id, sequence, body, created_at)
       select event_id, subject, entity_id, sequence, jsonb_set(body, '{sequence}', to_jsonb(sequence)), created_at
       from numbered order by place`,
      [JSON.stringify(rows)],
    );
  }
}
