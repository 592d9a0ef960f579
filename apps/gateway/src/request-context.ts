import { randomUUID } from 'node:crypto';
import type { Locale } from '@cordee/contracts/values';
import { openSpan, type OpenSpan } from '@cordee/messaging/spans';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { chooseLanguage } from './accept-language.ts';

/** The ids, the caller and the outcome of a request. */
export interface RequestContext {
  /** Identifies the request in answers, logs and messages on the bus. */
  readonly requestId: string;
  /** The trace of the request (W3C Trace Context): `00-<trace id>-<span id>-<flags>`. */
  readonly traceparent: string;
  /** The span of the request; undefined when no spans are recorded. */
  readonly span: OpenSpan | undefined;
  /** The language of texts in the answer, by `Accept-Language`. */
  readonly language: Locale;
  /** `anonymous` until the caller is authenticated. */
  caller: 'anonymous' | 'person' | 'api_token' | 'service_token' | 'staff';
  /** The access token for the call on the bus; undefined without authentication. */
  token: string | undefined;
  /** The code of the problem in the answer. */
  problemCode: string | undefined;
  /** False for a request without a log line. Metrics count it. */
  isLogged: boolean;
}

/** Adds a hook that gives every request a context. This is the first hook, because every answer contains the ids. */
export function addRequestContexts(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => assignContext(request, reply));
}

function assignContext(request: FastifyRequest, reply: FastifyReply): void {
  const ids = readOrCreateIds(request);
  const route = request.routeOptions.url;
  const name = route === undefined ? request.method : `${request.method} ${route}`;
  const span = openSpan({ name, kind: 'SERVER', parent: ids.traceparent });
  const context: RequestContext = {
    requestId: ids.requestId,
    traceparent: span?.traceparent ?? ids.traceparent,
    span,
    language: chooseLanguage(request.headers['accept-language']),
    caller: 'anonymous',
    token: undefined,
    problemCode: undefined,
    isLogged: true,
  };
  Object.assign(request, { cordee: context });
  reply.header('x-request-id', context.requestId);
}

export const contextOf = (request: FastifyRequest): RequestContext =>
  (request as FastifyRequest & { cordee: RequestContext }).cordee;

/** Returns the organization in the path of the request. */
export const organizationOf = ({ params }: FastifyRequest): `org_${string}` | undefined =>
  (params as { organizationId?: `org_${string}` }).organizationId;

export const traceIdOf = (request: FastifyRequest): string => contextOf(request).traceparent.split('-')[1]!;

/** Returns the caller's request id and trace when they are well-formed, and otherwise new ids. */
function readOrCreateIds(request: FastifyRequest): Pick<RequestContext, 'requestId' | 'traceparent'> {
  const requestId = request.headers['x-request-id'];
  const traceparent = request.headers['traceparent'];
  return {
    requestId: typeof requestId === 'string' && /^[\w.:-]{1,128}$/.test(requestId) ? requestId : randomUUID(),
    traceparent:
      typeof traceparent === 'string' && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent)
        ? traceparent
        : newTraceparent(),
  };
}

/** `randomUUID` takes its random bytes from a buffer, which is faster than a call of `randomBytes`. */
function newTraceparent(): string {
  const [traceId, spanId] = [randomUUID(), randomUUID()].map((uuid) => uuid.replaceAll('-', ''));
  return `00-${traceId}-${spanId!.slice(-16)}-01`;
}
