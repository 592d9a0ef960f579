import { Locale } from '@cordee/contracts/values';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { markLanguage } from './content-language.ts';
import { etagOf, namesEtag } from './etag.ts';
import { contextOf } from './request-context.ts';
import { sendBytes } from './send-bytes.ts';

/**
 * Serves a text that does not change while the process runs. The bytes are prepared once. A browser asks with
 * `If-None-Match` whether its copy is current, and then gets 304 without the bytes.
 */
export function addPreparedPage(app: FastifyInstance, url: string, contentType: string, text: string): void {
  const send = preparePage(contentType, text);
  app.get(url, (request, reply) => send(request, reply));
}

/** Serves a prepared text in the language of the caller. */
export function addTranslatedPage(
  app: FastifyInstance,
  url: string,
  contentType: string,
  textOf: (language: Locale) => string,
): void {
  const pages = new Map(Locale.options.map((language) => [language, preparePage(contentType, textOf(language))]));
  app.get(url, (request, reply) => {
    markLanguage(request, reply);
    return pages.get(contextOf(request).language)!(request, reply);
  });
}

/** Returns a function that answers requests with the text, or with 304. */
function preparePage(contentType: string, text: string) {
  const bytes = Buffer.from(text);
  const etag = etagOf(bytes);
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    reply.header('etag', etag).header('cache-control', 'no-cache');
    if (namesEtag(request.headers['if-none-match'], etag)) return reply.status(304).send();
    return sendBytes(reply.type(contentType), bytes);
  };
}
