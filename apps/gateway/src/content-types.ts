import type { FastifyRequest } from 'fastify';

export const JSON_TYPE = 'application/json';
export const MERGE_PATCH_TYPE = 'application/merge-patch+json';

/** The content types of JSON bodies: a body of PATCH is a merge patch (RFC 7396). */
export const jsonTypesOf = (method: string): string[] =>
  method === 'PATCH' ? [JSON_TYPE, MERGE_PATCH_TYPE] : [JSON_TYPE];

export const mediaTypeOf = (request: FastifyRequest): string =>
  (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();

/** The detail of a problem about the content type: the types that the route accepts. */
export function acceptedTypesDetail({ method, routeOptions }: FastifyRequest): string {
  const upload = routeOptions.config.contract?.http?.upload;
  return `the body must be ${(upload ?? jsonTypesOf(method)).join(' or ')}`;
}
