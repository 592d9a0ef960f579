import * as z from 'zod';

/**
 * Returns the AsyncAPI 3 document of all events. Each subject has one channel. The data of an event is in a CloudEvents
 * 1.0 envelope.
 */
export function asyncApiDocument(events, CloudEvent, cloudEventType) {
  const channels = {};
  const operations = {};
  const messages = {};
  const schemas = { CloudEvent: toComponent(z.toJSONSchema(CloudEvent, { unrepresentable: 'any' }), {}) };
  for (const [name, event] of events) {
    const [, service] = event.subject.split('.');
    schemas[event.subject] = toComponent(z.toJSONSchema(event.data, { unrepresentable: 'any' }), schemas);
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
          },
        ],
      },
      examples: [{ name: 'data', payload: { data: event.example } }],
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
        'They contain ids, never names or addresses.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels,
    operations,
    components: { messages, schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))) },
  };
}

/** Returns a JSON Schema as a component. Adds its named definitions to the components. */
function toComponent({ $schema: _schema, $defs = {}, ...schema }, schemas) {
  for (const [name, { id: _id, ...definition }] of Object.entries($defs))
    schemas[name] ??= withComponentReferences(definition);
  return withComponentReferences(schema);
}

const withComponentReferences = (value) =>
  JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
