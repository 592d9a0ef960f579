import * as z from 'zod';

/** The AsyncAPI 3 document of every event: one channel per subject, the envelope (CloudEvents 1.0) around the data of each. */
export function asyncApiDocument(events, CloudEvent, cloudEventType) {
  const channels = {};
  const operations = {};
  const messages = {};
  const schemas = { CloudEvent: clean(z.toJSONSchema(CloudEvent, { unrepresentable: 'any' }), {}) };
  for (const [name, event] of events) {
    schemas[event.subject] = clean(z.toJSONSchema(event.data, { unrepresentable: 'any' }), schemas);
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
      description: `Stream EVT_${event.subject.split('.')[1].toUpperCase()}. Ordered per \`${event.entity}\` (\`sequence\`), at least once.`,
    };
    operations[name] = {
      action: 'send',
      channel: { $ref: `#/channels/${name}` },
      summary: event.summary,
      tags: [{ name: event.subject.split('.')[1] }],
    };
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Cordée events',
      version: 'v1',
      license: { name: 'Apache-2.0' },
      description:
        'Every fact is an event: CloudEvents 1.0, structured JSON, on NATS JetStream. Ids, never names or addresses.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels,
    operations,
    components: { messages, schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))) },
  };
}

/** A schema for the components: its named parts become components of their own. */
function clean({ $schema: _, $defs = {}, ...schema }, schemas) {
  for (const [name, { id: __, ...definition }] of Object.entries($defs)) schemas[name] ??= hoist(definition);
  return hoist(schema);
}

const hoist = (value) => JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
