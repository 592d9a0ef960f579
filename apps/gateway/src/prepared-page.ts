import type { FastifyInstance } from 'fastify';
import { etagOf, namesEtag } from './etag.ts';
import { sendBytes } from './send-bytes.ts';

/**
 * Serves a text that does not change while the process runs. The bytes are prepared once. A browser asks with
 * `If-None-Match` whether its copy is current, and then gets 304 without the bytes.
 */
export function addPreparedPage(app: FastifyInstance, url: string, contentType: string, text: string): void {
  const bytes = Buffer.from(text);
  const etag = etagOf(bytes);
  app.get(url, (request, reply) => {
    reply.header('etag', etag).header('cache-control', 'no-cache');
    if (namesEtag(request.headers['if-none-match'], etag)) return reply.status(304).send();
    return sendBytes(reply.type(contentType), bytes);
  });
}
