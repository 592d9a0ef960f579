import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventMetadata } from '@cordee/outbox/publish';

/** Metadata for the events of a reaction: actor and reason of the event that caused it. */
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

/** The durable consumer of a service for the events of another. */
export const durableOf = (service: string, event: CloudEvent): string => `${service}__${event.source.slice(1)}`;
