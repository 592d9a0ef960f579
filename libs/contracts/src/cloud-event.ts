import * as z from 'zod';
import { Instant } from './values.ts';
import { serviceOf, type EventContract } from './contract.ts';

/** A text without the character U+0000, which PostgreSQL cannot store. */
const text = () => z.string().refine((value) => !value.includes('\0'), 'contains U+0000');

/** The actor of an event: an account id, or a service as `service:billing`. */
export const ActorId = text()
  .max(80)
  .meta({ examples: ['acc_01je5nryg0fgz9y05x3mqpmjrg', 'service:renewals'] });

/** The envelope of every event: CloudEvents 1.0, structured JSON, with Cordée's extensions. */
export const CloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: text().describe('Unique id; equals the id of the outbox row and the header Nats-Msg-Id'),
  source: text().meta({
    description: 'The service that published the event, for example `/billing`',
    format: 'uri-reference',
  }),
  type: text().describe('Type of the event, for example `cordee.billing.invoice.paid.v1`'),
  subject: text().describe('Id of the entity'),
  time: Instant,
  // The format is not validated, because streams contain events of earlier versions, whose URI was relative.
  dataschema: text().meta({
    description:
      'Names the schema of `data`: the part after `urn:cordee:schema:` is its key in `components.schemas` of the ' +
      'AsyncAPI document, for example `urn:cordee:schema:evt.billing.invoice.paid.v1`',
    format: 'uri',
  }),
  datacontenttype: z.literal('application/json'),
  organizationid: text().optional(),
  actorid: ActorId,
  onbehalfof: text().optional(),
  supportaccessid: text()
    .max(700)
    .optional()
    .describe('Comma-separated ids of the support accesses under which the member of staff acted'),
  reason: text().optional(),
  requestid: text(),
  traceparent: text().optional(),
  accessrevision: text()
    .max(200)
    .optional()
    .describe(
      'Opaque revision of the access data of the organization after this event. ' +
        'A service updates its access cache to this revision before it handles the event',
    ),
  sequence: z.int().min(1).describe('Counts the events of this entity, without gaps'),
  data: z.unknown(),
});
export type CloudEvent<D = unknown> = Omit<z.output<typeof CloudEvent>, 'data'> & { data: D };

/** CloudEvents type of an event: `evt.billing.invoice.paid.v1` → `cordee.billing.invoice.paid.v1`. */
export const cloudEventType = (event: { subject: string }): string => event.subject.replace(/^evt\./, 'cordee.');

/**
 * The value of `dataschema` in events. CloudEvents requires an absolute URI without a fragment; a URN is the same in
 * every installation.
 */
export const dataSchemaOf = (event: { subject: string }): string => `urn:cordee:schema:${event.subject}`;

/** Returns a complete event with the example of a contract as its data, for documents and for tests of consumers. */
export function exampleEvent(event: EventContract): CloudEvent<Record<string, unknown>> {
  const data = event.data.parse(event.example) as Record<string, unknown>;
  const { [event.entity]: subject, organizationId } = data;
  return {
    specversion: '1.0',
    id: 'evt_01je5nryg0fgz9y05x3mqpmjrg',
    source: `/${serviceOf(event)}`,
    type: cloudEventType(event),
    subject: String(subject),
    time: '2026-01-31T09:00:00.000Z',
    dataschema: dataSchemaOf(event),
    datacontenttype: 'application/json',
    ...(typeof organizationId === 'string' ? { organizationid: organizationId } : {}),
    actorid: `service:${serviceOf(event)}`,
    requestid: 'req_01je5nryg0fgz9y05x3mqpmjrg',
    sequence: 1,
    data,
  };
}
