import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { cloneRoot } from '../infra/profile.mjs';

const document = JSON.parse(fs.readFileSync(path.join(cloneRoot, 'docs/asyncapi.json'), 'utf8'));
const messages = Object.entries(document.components.messages);
/** The schemas also have patterns for the formats, so Ajv need not know the formats. */
const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema(document, 'asyncapi');
const validatorOf = (name) => ajv.getSchema(`asyncapi#/components/messages/${name}/payload`);

/** Characters of a URI (RFC 3986) without a fragment. */
const uriCharacters = String.raw`(?:[\w.~:/?[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})`;
const absoluteUri = new RegExp(`^[a-z][a-z0-9+.-]*:${uriCharacters}+$`, 'i');
const uriReference = new RegExp(`^${uriCharacters}+(?:#${uriCharacters}*)?$`);
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Returns all schemas of objects in a part of the document. */
function objectSchemas(value) {
  if (typeof value !== 'object' || value === null) return [];
  return [...('additionalProperties' in value ? [value] : []), ...Object.values(value).flatMap(objectSchemas)];
}

it('has no schema that rejects unknown fields, because newer publishers add fields', () => {
  expect(objectSchemas(document).filter((schema) => schema.additionalProperties === false)).toEqual([]);
});

it('names one server, which uses NATS', () => {
  expect(Object.values(document.servers).map(({ protocol }) => protocol)).toEqual(['nats']);
});

describe.each(messages)('the message %s', (name, { examples, payload }) => {
  it('has an example that its schema accepts, also with unknown fields', () => {
    const validate = validatorOf(name);
    expect(examples).toHaveLength(1);
    const { payload } = examples[0];
    for (const event of [payload, { ...payload, color: 'red', data: { ...payload.data, note: 1 } }]) {
      validate(event);
      expect(validate.errors).toBeNull();
    }
  });

  it('has an example with the attributes that CloudEvents 1.0 requires', () => {
    const { data: _, ...attributes } = examples[0].payload;
    expect(Object.keys(attributes).filter((attribute) => !/^[a-z0-9]{1,20}$/.test(attribute))).toEqual([]);
    expect(Object.values(attributes).filter((value) => value === '' || typeof value === 'object')).toEqual([]);
    expect(attributes).toMatchObject({
      specversion: '1.0',
      source: expect.stringMatching(uriReference),
      dataschema: expect.stringMatching(absoluteUri),
      time: expect.stringMatching(rfc3339),
      datacontenttype: expect.stringMatching(/^[\w.+-]+\/[\w.+-]+$/),
      sequence: expect.any(Number),
    });
    expect(Number.isInteger(attributes.sequence) && attributes.sequence < 2 ** 31).toBe(true);
  });

  it('has an example whose `dataschema` leads to the schema of its data', () => {
    const key = examples[0].payload.dataschema.replace(/^urn:cordee:schema:/, '');
    expect(ajv.getSchema(`asyncapi#/components/schemas/${key}`)(examples[0].payload.data)).toBe(true);
    expect(payload.allOf[1].properties.data).toEqual({ $ref: `#/components/schemas/${key}` });
  });

  it('has a schema that rejects an event without data, and an event of another type', () => {
    const validate = validatorOf(name);
    const { data: _, ...withoutData } = examples[0].payload;
    expect(validate(withoutData)).toBe(false);
    expect(validate({ ...examples[0].payload, type: 'cordee.other.v1' })).toBe(false);
  });
});
