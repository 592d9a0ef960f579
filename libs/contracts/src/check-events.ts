import { CloudEvent, cloudEventType, dataSchemaOf } from './cloud-event.ts';
import { serviceOf, type EventContract } from './contract.ts';
import { unknownFields } from './unknown-fields.ts';

export interface EventCheckOptions {
  /**
   * True for the events of a filter or a time range. The events of an entity must be in order, but the sequence may
   * start anywhere and have gaps.
   */
  readonly isExcerpt?: boolean;
}

/**
 * Checks events in the order in which a consumer receives them. The envelope must be a CloudEvent, and the data must
 * match its contract. The events of each entity must be in order, without duplicates and gaps.
 */
export class EventCheck {
  private readonly contracts: ReadonlyMap<string, EventContract>;
  private readonly lastSequenceByEntity = new Map<string, number>();

  constructor(
    contracts: Iterable<EventContract>,
    private readonly options: EventCheckOptions = {},
  ) {
    this.contracts = new Map([...contracts].map((contract) => [cloudEventType(contract), contract]));
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

  /** Returns the fields that the contracts do not declare. A newer publisher can add fields. */
  unknownFields(value: unknown): string[] {
    const envelope = CloudEvent.safeParse(value);
    if (!envelope.success) return [];
    const data = this.contracts.get(envelope.data.type)?.data.safeParse(envelope.data.data);
    return unknownFields(value, data?.success ? { ...envelope.data, data: data.data } : envelope.data);
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
    if (event.dataschema !== dataSchemaOf(contract))
      problems.push(`dataschema is ${event.dataschema}, but the schema of ${event.type} is ${dataSchemaOf(contract)}`);
    if (event.subject !== entity)
      problems.push(`subject is ${event.subject}, but data.${contract.entity} is ${String(entity)}`);
    // An event that concerns only an account has no organization, neither in its data nor in its envelope.
    if (organizationId != null && event.organizationid !== organizationId)
      problems.push(
        `organizationid is ${event.organizationid ?? 'missing'}, but data.organizationId is ${organizationId}`,
      );
    return problems;
  }

  private checkSequence({ source, subject, sequence }: CloudEvent): string[] {
    const entity = `${source}/${subject}`;
    const lastSequence = this.lastSequenceByEntity.get(entity);
    this.lastSequenceByEntity.set(entity, Math.max(sequence, lastSequence ?? 0));
    if (lastSequence !== undefined && sequence <= lastSequence)
      return [`sequence ${sequence} of ${subject} after ${lastSequence}: duplicate or out of order`];
    const expected = (lastSequence ?? 0) + 1;
    if (sequence === expected || this.options.isExcerpt) return [];
    return [`sequence ${sequence} of ${subject} instead of ${expected}: ${sequence - expected} missing`];
  }
}
