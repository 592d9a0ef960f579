import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { cloneRoot } from '../infra/profile.mjs';

const document = JSON.parse(fs.readFileSync(path.join(cloneRoot, 'docs/asyncapi.json'), 'utf8'));
const messages = Object.entries(document.components.messages);
/** Patterns check the formats as well. */
const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema(document, 'asyncapi');
const validatorOf = (name) => ajv.getSchema(`asyncapi#/components/messages/${name}/payload`);

/** Returns all schemas of objects in a part of the document. */
function objectSchemas(value) {
  if (typeof value !== 'object' || value === null) return [];
  return [...('additionalProperties' in value ? [value] : []), ...Object.values(value).flatMap(objectSchemas)];
}

it('has no schema that rejects unknown fields, because newer publishers add fields', () => {
  expect(objectSchemas(document).filter((schema) => schema.additionalProperties === false)).toEqual([]);
});

it('names a server', () => {
  expect(Object.values(document.servers).map(({ protocol }) => protocol)).toEqual(['nats']);
});

describe.each(messages)('the message %s', (name, { examples }) => {
  it('has an example that its schema accepts, also with unknown fields', () => {
    const validate = validatorOf(name);
    expect(examples).toHaveLength(1);
    const { payload } = examples[0];
    for (const event of [payload, { ...payload, color: 'red', data: { ...payload.data, note: 1 } }]) {
      validate(event);
      expect(validate.errors).toBeNull();
    }
  });

  it('has a schema that rejects an event without data, and an event of another type', () => {
    const validate = validatorOf(name);
    const { data: _, ...withoutData } = examples[0].payload;
    expect(validate(withoutData)).toBe(false);
    expect(validate({ ...examples[0].payload, type: 'cordee.other.v1' })).toBe(false);
  });
});
