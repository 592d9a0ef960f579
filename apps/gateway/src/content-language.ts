import type { FastifyReply, FastifyRequest } from 'fastify';
import { contextOf } from './request-context.ts';

/** Marks an answer with texts in the language of the caller, so that caches keep one copy for each language. */
export function markLanguage(request: FastifyRequest, reply: FastifyReply): void {
  const vary = reply.getHeader('vary');
  reply.header('content-language', contextOf(request).language);
  // The header may already name `Origin`.
  reply.header('vary', vary === undefined ? 'Accept-Language' : `${String(vary)}, Accept-Language`);
}
