import { Locale } from '@cordee/contracts/values';
import type { Json } from './json.ts';

/** The headers of answers, as components of the document. */
export const responseHeaders = {
  'X-Request-Id': {
    description: 'Identifies the request in logs; equals the header of the request, when the request has this header',
    required: true,
    schema: { type: 'string' },
    example: '0d6c2f2e-6d0c-4c57-9d0e-1a3c1b6f5d11',
  },
  'Access-Revision': {
    description:
      'The revision of the access data; a later call with this header uses access data that is at least as new',
    schema: { type: 'string' },
  },
  'Content-Language': {
    description: 'The language of the texts in the answer, chosen by `Accept-Language`',
    required: true,
    schema: { type: 'string', enum: Locale.options },
    example: 'fr',
  },
  'X-RateLimit-Limit': {
    description:
      'Requests that the caller may send per minute. The caller is a person or a token, or an address when the ' +
      'operation is public',
    schema: { type: 'integer', minimum: 1 },
    example: 3000,
  },
  'X-RateLimit-Remaining': {
    description: 'Requests that the caller may still send before the limit starts again',
    schema: { type: 'integer', minimum: 0 },
    example: 2999,
  },
  'X-RateLimit-Reset': {
    description: 'Seconds until the limit starts again',
    schema: { type: 'integer', minimum: 0 },
    example: 60,
  },
  ETag: {
    description: 'For `If-Match`, the version of the resource; for `If-None-Match`, the tag of a public answer',
    required: true,
    schema: { type: 'string' },
    example: '"1"',
  },
  'Retry-After': {
    description: 'Seconds until a repeat of the call can succeed',
    schema: { type: 'integer', minimum: 1 },
    example: 2,
  },
  'WWW-Authenticate': {
    description: 'How to authenticate (RFC 6750, RFC 9470)',
    required: true,
    schema: { type: 'string' },
    example: 'Bearer',
  },
  Allow: {
    description: 'The methods of the path',
    required: true,
    schema: { type: 'string' },
    example: 'GET, HEAD, POST',
  },
  'Content-Disposition': {
    description: 'The name of the file (RFC 6266)',
    required: true,
    schema: { type: 'string' },
    example: `attachment; filename="INV-2026-000001.pdf"; filename*=UTF-8''INV-2026-000001.pdf`,
  },
} as const satisfies Record<string, Json>;

/** The name of a header of answers. */
export type HeaderName = keyof typeof responseHeaders;

/** The headers of every answer of an operation. */
const headersOfEveryAnswer = [
  'X-Request-Id',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
] as const satisfies HeaderName[];

/** Returns the headers of an answer: the named headers and those of every answer. */
export const headersOf = (...names: readonly HeaderName[]): Json => ({
  headers: Object.fromEntries(
    [...headersOfEveryAnswer, ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  ),
});
