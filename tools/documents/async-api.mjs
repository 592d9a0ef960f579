import { CloudEvent, cloudEventType, exampleEvent } from '@cordee/contracts/cloud-event';
import { serviceOf } from '@cordee/contracts/contract';
import * as z from 'zod';

/**
 * Returns the AsyncAPI 3 document of all events. Each subject has one channel. The data of an event is in a CloudEvents
 * 1.0 envelope. The schemas are open: readers must accept fields that later versions add.
 */
export function asyncApiDocument(events) {
  const channels = {};
  const operations = {};
  const messages = {};
  const schemas = { CloudEvent: toComponent(CloudEvent, {}) };
  for (const [name, event] of events) {
    const service = serviceOf(event);
    schemas[event.subject] = toComponent(event.data, schemas);
    messages[name] = {
      name: cloudEventType(event),
      title: event.summary,
      contentType: 'application/cloudevents+json',
      payload: {
        allOf: [
          { $ref: '#/components/schemas/CloudEvent' },
          {
            type: 'object',
            properties: {
              type: { const: cloudEventType(event) },
              data: { $ref: `#/components/schemas/${event.subject}` },
            },
            required: ['type', 'data'],
          },
        ],
      },
      examples: [{ name, summary: event.summary, payload: exampleEvent(event) }],
    };
    channels[name] = {
      address: event.subject,
      messages: { [name]: { $ref: `#/components/messages/${name}` } },
      description:
        `Stream EVT_${service.toUpperCase()}. ` +
        `Delivered at least once, ordered per \`${event.entity}\` (\`sequence\`).`,
    };
    operations[name] = {
      action: 'send',
      channel: { $ref: `#/channels/${name}` },
      summary: event.summary,
      tags: [{ name: service }],
    };
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Cordée events',
      version: 'v1',
      license: { name: 'Apache-2.0' },
      description:
        'Domain events as CloudEvents 1.0, structured JSON, on NATS JetStream. ' +
        'The events contain ids, never names or addresses. Ignore fields that you do not know: versions add fields.',
    },
    defaultContentType: 'application/cloudevents+json',
    servers: {
      nats: {
        host: '{host}:{port}',
        protocol: 'nats',
        description:
          'NATS with JetStream. The platform team of the installation gives the host, a durable consumer ' +
          '`<user>__<service>` on the stream `EVT_<SERVICE>`, and a user that may read and acknowledge its events. ' +
          'Use the prefix `_INBOX_<user>` for inboxes: the broker refuses other inboxes. Acknowledge each event ' +
          'after your transaction. An event can arrive twice: skip the event when its `sequence` is not greater ' +
          'than the last `sequence` of its `source` and `subject`.',
        variables: { host: { default: 'localhost' }, port: { default: '4222' } },
        security: [{ $ref: '#/components/securitySchemes/brokerUser' }],
      },
    },
    channels,
    operations,
    components: {
      securitySchemes: { brokerUser: { type: 'userPassword', description: 'A user of the broker with its password' } },
      messages,
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

/** Returns a schema as a component in JSON Schema draft 7, as AsyncAPI uses it. Adds its definitions to `schemas`. */
function toComponent(schema, schemas) {
  const {
    $schema: _schema,
    definitions = {},
    ...component
  } = z.toJSONSchema(schema, { target: 'draft-7', unrepresentable: 'any', override: allowUnknownFields });
  for (const [name, { id: _id, $id: _$id, ...definition }] of Object.entries(definitions))
    schemas[name] ??= withComponentReferences(definition);
  return withComponentReferences(component);
}

/** Removes `additionalProperties: false`, which the JSON schema of an output has by default. */
function allowUnknownFields({ jsonSchema }) {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

const withComponentReferences = (value) =>
  JSON.parse(JSON.stringify(value).replaceAll('"#/definitions/', '"#/components/schemas/'));
