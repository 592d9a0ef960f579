import type { Contract } from '@cordee/contracts/contract';
import { DomainError, type FieldError } from '@cordee/contracts/domain-error';
import { toPointer, unknownFieldError, validate } from '@cordee/messaging/validate';
import type { FastifyRequest } from 'fastify';
import { readsIfMatch } from './operation-headers.ts';
import { contextOf } from './request-context.ts';

/** The empty JSON pointer (RFC 6901) names the whole input. */
export const WHOLE_INPUT = '';

type Fields = Record<string, unknown>;

/**
 * Reads the input of a call from the path, the query or body, and `If-Match`. The bus drops unknown fields, but the
 * gateway rejects them: a misspelled field must not be treated as an absent field.
 */
export function readInput(contract: Contract, request: FastifyRequest, upload?: { fileId: string }): unknown {
  const { method } = contract.http!;
  const hasBody = method !== 'GET' && method !== 'DELETE' && !contract.http!.upload;
  if (contract.http!.hasRawBody) return validate(contract.input, readRawBody(request), contextOf(request).language);
  const fields = hasBody ? (request.body ?? {}) : request.query;
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new DomainError('INPUT_INVALID', {
      errors: [{ pointer: WHOLE_INPUT, detail: 'must be a JSON object', code: 'invalid_type' }],
    });
  }
  const parameters = request.params as Fields;
  // Path parameters and the file id of an upload must not occur in the body or query too.
  const duplicates = [...Object.keys(parameters), ...Object.keys(upload ?? {})].filter((name) =>
    Object.hasOwn(fields, name),
  );
  const rawInput: Fields = { ...(fields as Fields), ...parameters, ...upload, ...readIfMatch(contract, request) };
  const input = validate(contract.input, rawInput, contextOf(request).language);
  const unknownOrDuplicate = [
    ...unknownFields(rawInput, input, WHOLE_INPUT),
    ...duplicates.map((name) => unknownFieldError(toPointer([name]))),
  ];
  if (unknownOrDuplicate.length) throw new DomainError('INPUT_INVALID', { errors: unknownOrDuplicate });
  return input;
}

/** Reads the body as text, and the headers with the signature of the sender. */
const readRawBody = ({ body, headers }: FastifyRequest): Fields => ({
  body: body ?? '',
  headers: Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => typeof value === 'string' && /signature|webhook/.test(name)),
  ),
});

/** Reads the versions from `If-Match: "3", "4"`, for contracts with the input field `ifMatch`. */
function readIfMatch(contract: Contract, request: FastifyRequest): Fields {
  const header = request.headers['if-match'];
  // `*` matches every version (RFC 9110, section 13.1.1).
  if (contract.kind === 'query' || header === undefined || header.trim() === '*') return {};
  const versions = header.split(',').flatMap((tag) => /^(?:W\/)?"(\d{1,9})"$/.exec(tag.trim())?.[1] ?? []);
  // A tag of another form equals no version, and a resource without an ETag has no version.
  if (versions.length === 0 || !readsIfMatch(contract))
    throw new DomainError('VERSION_MISMATCH', { detail: 'If-Match is not an ETag of this resource' });
  return { ifMatch: versions.map(Number) };
}

/** Finds fields of the request that the schema has dropped. */
function unknownFields(raw: unknown, parsed: unknown, pointer: string): FieldError[] {
  if (Array.isArray(raw) && Array.isArray(parsed))
    return raw.flatMap((item, index) => unknownFields(item, parsed[index], `${pointer}/${index}`));
  if (!isObject(raw) || !isObject(parsed)) return [];
  return Object.entries(raw).flatMap(([key, value]) => {
    const fieldPointer = `${pointer}${toPointer([key])}`;
    if (Object.hasOwn(parsed, key)) return unknownFields(value, parsed[key], fieldPointer);
    return value === undefined ? [] : [unknownFieldError(fieldPointer)];
  });
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
