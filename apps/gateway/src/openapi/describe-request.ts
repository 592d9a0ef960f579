import type { Contract } from '@cordee/contracts/contract';
import { maxUploadBytesOf } from '@cordee/contracts/file';
import { Locale } from '@cordee/contracts/values';
import { jsonTypesOf } from '../content-types.ts';
import { readsAccessRevision, readsIdempotencyKey, readsIfMatch } from '../operation-headers.ts';
import type { ComponentSchemas } from './component-schemas.ts';
import { capitalize, type Json } from './json.ts';

/** Returns the parameters and the body of an operation. */
export function describeRequest(name: string, contract: Contract, schemas: ComponentSchemas): Json {
  const http = contract.http!;
  const input = schemas.inputOf(contract) as { properties?: Record<string, Json>; required?: string[] };
  const required = new Set(input.required ?? []);
  const example = contract.example.input as Json;
  const pathParameters = new Set([...http.path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter!));
  if (http.hasRawBody) return { parameters: [acceptLanguage], requestBody: rawBody };
  const hasBody = http.method !== 'GET' && http.method !== 'DELETE' && !http.upload;
  const isParameter = (field: string): boolean => pathParameters.has(field) || !hasBody;
  // `ifMatch` is a header, and the gateway sets the file id of an upload.
  const fields = Object.entries(input.properties ?? {}).filter(
    ([field]) => field !== 'ifMatch' && !(http.upload && field === 'fileId'),
  );
  const parameters = [
    ...fields
      .filter(([field]) => isParameter(field))
      .map(([field, schema]) => ({
        name: field,
        in: pathParameters.has(field) ? 'path' : 'query',
        required: pathParameters.has(field) || required.has(field),
        schema,
        ...(example[field] === undefined ? {} : { example: example[field] }),
      })),
    acceptLanguage,
    ...headerParameters(contract),
  ];
  const bodyFields = fields.filter(([field]) => !isParameter(field));
  const bodySchema = {
    type: 'object',
    properties: Object.fromEntries(bodyFields),
    required: bodyFields.map(([field]) => field).filter((field) => required.has(field)),
    additionalProperties: false,
  };
  const describeBody = (): Json => {
    const content = {
      schema: schemas.add(`${capitalize(name)}Body`, bodySchema),
      example: Object.fromEntries(Object.entries(example).filter(([field]) => !isParameter(field))),
    };
    return {
      required: bodySchema.required.length > 0,
      content: Object.fromEntries(jsonTypesOf(http.method).map((type) => [type, content])),
    };
  };
  return {
    parameters,
    ...(http.upload ? { requestBody: describeUpload(http.upload, maxUploadBytesOf(contract)) } : {}),
    ...(bodyFields.length > 0 ? { requestBody: describeBody() } : {}),
  };
}

/** The sender of the body defines its fields. */
const rawBody: Json = {
  required: true,
  content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
};

const describeUpload = (types: readonly string[], maxBytes: number): Json => ({
  description: `The file, with at most ${maxBytes / (1024 * 1024)} MiB`,
  required: true,
  content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
});

/** Every operation has texts: those of its problems. */
const acceptLanguage: Json = {
  name: 'Accept-Language',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: `Chooses the language of texts (RFC 9110): ${Locale.options.join(', ')}; English by default`,
  example: 'fr-CH, fr;q=0.9, en;q=0.8',
};

const headerParameters = (contract: Contract): Json[] => [
  ...(readsIdempotencyKey(contract)
    ? [
        {
          name: 'Idempotency-Key',
          in: 'header',
          required: contract.idempotencyKey === 'required',
          schema: { type: 'string', maxLength: 255 },
          description: 'For 24 hours, a repeated call with the same key returns the first answer',
        },
      ]
    : []),
  ...(readsIfMatch(contract)
    ? [
        {
          name: 'If-Match',
          in: 'header',
          required: false,
          schema: { type: 'string' },
          description: 'The ETag of an earlier answer; the call is rejected when the resource has changed since then',
          example: '"1"',
        },
      ]
    : []),
  ...(readsAccessRevision(contract)
    ? [
        {
          name: 'Access-Revision',
          in: 'header',
          required: false,
          schema: { type: 'string', maxLength: 255 },
          description: 'The Access-Revision of an earlier answer; this call uses access data that is at least as new',
        },
      ]
    : []),
];
