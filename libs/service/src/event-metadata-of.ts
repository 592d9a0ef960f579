import type { CloudEvent } from '@cordee/contracts/cloud-event';
import { durableOf } from '@cordee/messaging/bus';
import type { EventMetadata } from '@cordee/outbox/publish';

/** The metadata of events that a reaction publishes: actor, reason and origin of the event that it handles. */
export const eventMetadataOf = (
  event: CloudEvent,
  now: Date,
): EventMetadata & { organizationId: `org_${string}` | undefined } => ({
  actorId: event.actorid,
  organizationId: event.organizationid as `org_${string}` | undefined,
  onBehalfOf: event.onbehalfof,
  supportAccessId: event.supportaccessid,
  reason: event.reason,
  requestId: event.requestid,
  traceparent: event.traceparent,
  accessRevision: event.accessrevision,
  now,
});

/** The name of the durable consumer with which a service receives an event. */
export const durableOfEvent = (service: string, { source }: CloudEvent): string =>
  // The source of an event is `/` and the name of its service.
  durableOf(service, source.slice(1));
