import { createHash } from 'node:crypto';

/** Returns a strong entity tag of the bytes of a response. */
export const etagOf = (bytes: Uint8Array): string =>
  `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;

/**
 * True when a header `If-None-Match` names the entity tag. The comparison follows RFC 9110, section 13.1.2: the
 * header is `*` or a list of tags; a weak tag equals its strong tag.
 */
export function namesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
