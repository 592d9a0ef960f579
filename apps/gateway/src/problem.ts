import { RECENT_SIGN_IN_S, sharedErrors } from '@cordee/contracts/contract';
import { problemDetailIn, problemTitleIn } from '@cordee/contracts/texts/problem-texts';
import type { ReplyError } from '@cordee/messaging/reply-error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { markLanguage } from './content-language.ts';
import { contextOf, traceIdOf } from './request-context.ts';

/**
 * Sends a problem (RFC 9457) with a stable code, a pointer to each wrong field, and the trace id for support. The
 * texts of the problem are in the language of the caller; a detail without a translation is English.
 */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: ReplyError): FastifyReply {
  const context = contextOf(request);
  const { language } = context;
  context.problemCode = error.code;
  markLanguage(request, reply);
  if (error.retryAfter) reply.header('retry-after', String(error.retryAfter));
  if (error.status === 401) reply.header('www-authenticate', challengeOf(error));
  return (
    reply
      .status(error.status)
      .header('content-type', 'application/problem+json')
      // Without this serializer, Fastify would add a charset to the content type.
      .serializer((body: unknown) => JSON.stringify(body))
      .send({
        type: `urn:cordee:problem:${error.code.toLowerCase()}`,
        title: problemTitleIn(language, error.code, error.title),
        status: error.status,
        ...(error.detail ? { detail: problemDetailIn(language, error.detail) } : {}),
        // The path without the query.
        instance: request.originalUrl.split('?')[0],
        code: error.code,
        traceId: traceIdOf(request),
        ...(error.errors
          ? { errors: error.errors.map((each) => ({ ...each, detail: problemDetailIn(language, each.detail) })) }
          : {}),
      })
  );
}

/**
 * Tells the client how to authenticate (RFC 6750); when the sign-in is too old, how old it may be (RFC 9470). The
 * description is English, because it may contain only ASCII.
 */
const challengeOf = ({ code, title }: ReplyError): string =>
  code === 'INSUFFICIENT_USER_AUTHENTICATION'
    ? `Bearer error="insufficient_user_authentication", error_description="${title}", max_age="${RECENT_SIGN_IN_S}"`
    : 'Bearer';

/** Returns a shared error, which no contract declares. `overrides` replace fields of the error. */
export function sharedProblem(code: keyof typeof sharedErrors, overrides: Partial<ReplyError> = {}): ReplyError {
  return { code, ...sharedErrors[code], ...overrides };
}
