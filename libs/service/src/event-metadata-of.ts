import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { EventMetadata } from '@cordee/outbox/publish';

/** Why a reaction acts: what it reports carries on who and why of the fact it reacts to. */
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

/** The consumer of a service that takes the events of another. */
export const durableOf = (service: string, event: CloudEvent): string => `${service}__${event.source.slice(1)}`;
