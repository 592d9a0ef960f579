import { cloudEventType, type CloudEvent } from '@cordee/contracts/cloud-event';
import { serviceOf, type EventContract } from '@cordee/contracts/contract';
import { newId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

/** What an entity's method returns: the fact it caused. */
export interface Fact<E extends EventContract = EventContract> {
  event: E;
  data: z.input<E['data']>;
  /** Entities whose access facts it changes besides those of its own (ACC-3), however many: copies are told, the event does not name them. */
  alsoChanges?: readonly string[];
}

/** A fact of this event; the data is checked by its type here and by its schema when it is published. */
export const fact = <E extends EventContract>(event: E, data: z.input<E['data']>): Fact<E> => ({ event, data });

/** Who and why, for the envelope. */
export interface Cause {
  actorId: string;
  organizationId?: string | undefined;
  onBehalfOf?: string | undefined;
  /** Ids of the support accesses that let a member of staff do it, separated by commas. */
  supportAccessId?: string | undefined;
  reason?: string | undefined;
  requestId: string;
  traceparent?: string | undefined;
  now: Date;
}

/**
 * Writes the fact into the outbox, in the transaction that caused it: both happen or neither (C-PLT-02). The row lock on the entity's
 * counter holds until commit, so the outbox has an entity's facts in the order they became true.
 */
export async function publish(em: EntityManager, cause: Cause, { event, data }: Fact): Promise<void> {
  const id = newId('evt', cause.now);
  const body = event.data.parse(data) as Record<string, unknown>;
  const entityId = String(body[event.entity]);
  const envelope: Omit<CloudEvent, 'sequence'> = {
    specversion: '1.0',
    id,
    source: `/${serviceOf(event)}`,
    type: cloudEventType(event),
    subject: entityId,
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
  await em.execute(
    `with counted as (
       insert into outbox_sequence (entity_id, sequence) values (?, 1)
       on conflict (entity_id) do update set sequence = outbox_sequence.sequence + 1
       returning sequence
     )
     insert into outbox (event_id, subject, entity_id, sequence, body, created_at)
     select ?, ?, ?, sequence, jsonb_set(?::jsonb, '{sequence}', to_jsonb(sequence)), ? from counted`,
    [entityId, toUuid(id), event.subject, entityId, JSON.stringify(envelope), cause.now],
  );
}
