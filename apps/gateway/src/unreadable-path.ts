import type { FastifyRequest } from 'fastify';

/** No route has this path. */
const REPLACEMENT = '/v1/unreadable-path';
/** A path or an absolute address (RFC 9112, section 3.2.2), without a fragment. */
const PATH_OR_ADDRESS = /^(?:\/|\*$|https?:\/\/[^/?#]+[^#]*$)/i;

/**
 * Replaces a path that the router cannot decode (`%` without two digits). Without a replacement, the router would
 * answer without hooks: without CORS, rate limit and log line.
 */
export const replaceUnreadablePath = (url: string): string => (isReadable(url) ? url : REPLACEMENT);

/** True when the path of the request was replaced. */
export const hasUnreadablePath = ({ url, originalUrl }: FastifyRequest): boolean => url !== originalUrl;

function isReadable(url: string): boolean {
  if (!PATH_OR_ADDRESS.test(url)) return false;
  try {
    decodeURI(url.split(/[?#]/, 1)[0]!);
    return url.startsWith('/') || url === '*' || URL.canParse(url);
  } catch {
    return false;
  }
}
