import { events } from '@cordee/contracts/catalogue';
import { CloudEvent, cloudEventType } from '@cordee/contracts/cloud-event';
import type { EventContract, EventData } from '@cordee/contracts/contract';

const contractsByType: ReadonlyMap<string, EventContract> = new Map(
  [...events.values()].map((contract) => [cloudEventType(contract), contract]),
);

/**
 * Parses a CloudEvent and validates its data against the contract of its type. Fields and types that this version of
 * the contracts does not know are accepted, because a newer version of Cordée publishes them. Throws a `ZodError`.
 */
export function readEvent(value: unknown): CloudEvent {
  const event: CloudEvent = CloudEvent.loose().parse(value);
  contractsByType.get(event.type)?.data.parse(event.data);
  return event;
}

/** True when the event has the type of the contract. The data then has the type of the contract too. */
export const isEvent = <E extends EventContract>(contract: E, event: CloudEvent): event is CloudEvent<EventData<E>> =>
  event.type === cloudEventType(contract);
