import { CloudEvent, cloudEventType } from './cloud-event.ts';
import { serviceOf, type EventContract } from './contract.ts';

export interface EventCheckOptions {
  /** For a filter or a time range: the events of an entity must be in order, but may start anywhere and have gaps. */
  readonly isExcerpt?: boolean;
}

/**
 * Checks a sequence of events as a consumer receives it: the envelope, the data against its contract, and that the
 * events of each entity are in order, without duplicates and gaps.
 */
export class EventCheck {
  private readonly contracts: ReadonlyMap<string, EventContract>;
  private readonly lastOf = new Map<string, number>();

  constructor(
    declared: Iterable<EventContract>,
    private readonly options: EventCheckOptions = {},
  ) {
    this.contracts = new Map([...declared].map((contract) => [cloudEventType(contract), contract]));
  }

  /** Returns the problems of the next event, one sentence each. */
  check(value: unknown): string[] {
    const envelope = CloudEvent.safeParse(value);
    if (!envelope.success)
      return envelope.error.issues.map(
        ({ path, message }) => `not a CloudEvent of Cordée: ${path.join('.') || 'envelope'}: ${message}`,
      );
    const event = envelope.data as CloudEvent;
    return [...this.checkData(event), ...this.checkSequence(event)];
  }

  private checkData(event: CloudEvent): string[] {
    const contract = this.contracts.get(event.type);
    if (!contract) return [`${event.type} is not declared`];
    const data = contract.data.safeParse(event.data);
    if (!data.success) return data.error.issues.map(({ path, message }) => `data.${path.join('.')}: ${message}`);
    const { [contract.entity]: entity, organizationId } = data.data as Record<string, string | null | undefined>;
    const problems: string[] = [];
    if (event.source !== `/${serviceOf(contract)}`)
      problems.push(`source is ${event.source}, but ${event.type} comes from /${serviceOf(contract)}`);
    if (event.subject !== entity)
      problems.push(`subject is ${event.subject}, but data.${contract.entity} is ${String(entity)}`);
    // An event about an account only has no organization, neither in its data nor in its envelope.
    if (organizationId != null && event.organizationid !== organizationId)
      problems.push(
        `organizationid is ${event.organizationid ?? 'missing'}, but data.organizationId is ${organizationId}`,
      );
    return problems;
  }

  private checkSequence({ source, subject, sequence }: CloudEvent): string[] {
    const entity = `${source}/${subject}`;
    const last = this.lastOf.get(entity);
    this.lastOf.set(entity, Math.max(sequence, last ?? 0));
    if (last !== undefined && sequence <= last)
      return [`sequence ${sequence} of ${subject} after ${last}: duplicate or out of order`];
    const expected = (last ?? 0) + 1;
    if (sequence === expected || this.options.isExcerpt) return [];
    return [`sequence ${sequence} of ${subject} instead of ${expected}: ${sequence - expected} missing`];
  }
}
