import { contracts, events } from '@cordee/contracts/catalogue';
import { CloudEvent } from '@cordee/contracts/cloud-event';
import { mayCall, serviceNames } from '@cordee/contracts/contract';
import { openApiDocument } from '@cordee/gateway/openapi/openapi-document';
import * as z from 'zod';

/** Keywords of JSON Schema and OpenAPI that only people read. The comparison ignores them. */
const textKeywords = new Set([
  'description',
  'summary',
  'title',
  'example',
  'examples',
  'tags',
  'info',
  'servers',
  '$schema',
]);
/** Keywords whose values are maps: the keys of the map are names, not keywords. */
const mapKeywords = new Set(['properties', '$defs', 'schemas', 'paths', 'responses', 'headers']);
/** Keywords whose values are data, so that the keys in a value are no keywords. */
const dataKeywords = new Set(['default', 'const', 'enum', 'required']);

/** Returns the contracts as they are compared: the OpenAPI document, the events, and the calls between services. */
export function readContracts() {
  return {
    openapi: withoutTexts(openApiDocument(contracts)),
    events: {
      envelope: { entity: 'subject', data: messageSchema(CloudEvent, 'output') },
      ...bySubject([...events.values()], ({ entity, data: schema }) => ({
        entity,
        data: messageSchema(schema, 'output'),
      })),
    },
    calls: bySubject(
      [...contracts.values()].filter(({ callers }) => callers !== undefined),
      (contract) => ({
        input: messageSchema(contract.input, 'input'),
        output: messageSchema(contract.output, 'output'),
        errors: Object.keys(contract.errors).sort(),
        callers: [...serviceNames, 'events'].filter((caller) => mayCall(caller, contract)).sort(),
      }),
    ),
  };
}

const bySubject = (declared, describe) =>
  Object.fromEntries(
    declared.map((each) => [each.subject, describe(each)]).sort(([one], [other]) => (one < other ? -1 : 1)),
  );

/** Returns the JSON Schema of a message. Services ignore unknown fields of messages, so objects are open. */
const messageSchema = (schema, io) =>
  withoutTexts(
    z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    }),
  );

/**
 * Removes texts and examples from a document or schema. `keysAreNames` is true when the keys of the value are names of
 * fields or paths, not keywords.
 */
export function withoutTexts(value, keysAreNames = false) {
  if (Array.isArray(value)) return value.map((each) => withoutTexts(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => keysAreNames || !textKeywords.has(key))
      .map(([key, inner]) => [
        key,
        !keysAreNames && dataKeywords.has(key) ? inner : withoutTexts(inner, !keysAreNames && mapKeywords.has(key)),
      ]),
  );
}
