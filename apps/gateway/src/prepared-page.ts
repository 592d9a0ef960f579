import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/**
 * Serves a text that does not change while the process runs. The bytes are prepared once. A browser asks with
 * `If-None-Match` whether its copy is current, and then gets 304 without the bytes.
 */
export function addPreparedPage(app: FastifyInstance, url: string, contentType: string, text: string): void {
  const bytes = Buffer.from(text);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  app.get(url, (request, reply) => {
    reply.header('etag', etag).header('cache-control', 'no-cache');
    if (matches(request.headers['if-none-match'], etag)) return reply.status(304).send();
    return reply.type(contentType).send(bytes);
  });
}

/** Compares as RFC 9110, section 13.1.2: the header is `*` or a list of tags; a weak tag equals its strong tag. */
function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
