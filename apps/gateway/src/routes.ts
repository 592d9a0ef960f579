import { Readable } from 'node:stream';
import { INTERNAL_ERROR, type Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { FilePage, FileReference } from '@cordee/contracts/file';
import { decode, type UnparsedReply } from '@cordee/messaging/reply';
import { toReplyError } from '@cordee/messaging/reply-error';
import type { CallOptions, RpcClient } from '@cordee/messaging/rpc-client';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { markLanguage } from './content-language.ts';
import { etagOf, namesEtag } from './etag.ts';
import { readsAccessRevision } from './operation-headers.ts';
import { isPublicQuery } from './public-query.ts';
import type { CallQueues } from './call-queues.ts';
import type { CallerAuthentication } from './caller-authentication.ts';
import { acceptedTypesDetail, mediaTypeOf } from './content-types.ts';
import { refuseLargeUpload, sendFile, sendFilePages, storeUpload } from './file-transfer.ts';
import { ownErrorsOf } from './openapi/possible-errors.ts';
import { sendProblem, sharedProblem } from './problem.ts';
import { clientNetwork, isSignIn, type RateLimits, type RequestLimit } from './rate-limits.ts';
import { readInput, WHOLE_INPUT } from './read-input.ts';
import { contextOf, organizationOf } from './request-context.ts';
import { hasRowErrors, translateRowErrors } from './row-errors.ts';
import { sendBytes } from './send-bytes.ts';
import { hasUnreadablePath } from './unreadable-path.ts';

/** Placeholder for the id of a file that is not stored yet. The input schema requires an id of the correct form. */
const PLACEHOLDER_FILE_ID = 'fil_00000000000000000000000000';
const MAX_HEADER_LENGTH = 255;
/** The inputs of public operations are small, and anybody can send them. */
const MAX_PUBLIC_BODY_BYTES = 16 * 1024;
const JSON_WITH_CHARSET = 'application/json; charset=utf-8';
/** A call with a file may take longer than other calls. */
const FILE_CALL_TIMEOUT_MS = 60_000;

export interface RouteDependencies {
  rpc: RpcClient;
  callers: CallerAuthentication;
  queues: CallQueues;
  limits: RateLimits;
  logError: (error: unknown, where: string) => void;
}

/**
 * Adds a route for every contract with an HTTP declaration. A route authenticates the caller, reads the input, sends
 * one request on the bus, and returns the answer or a problem. The gateway has no business rules.
 */
export function addRoutes(app: FastifyInstance, contracts: Iterable<Contract>, dependencies: RouteDependencies): void {
  for (const contract of contracts) {
    if (!contract.http) continue;
    const { method, path } = contract.http;
    app.route({
      method,
      url: path,
      config: { contract },
      ...(contract.access === 'public' ? { bodyLimit: MAX_PUBLIC_BODY_BYTES } : {}),
      ...(isSignIn(contract)
        ? { onRequest: async (request, reply) => refuseAboveLimit(dependencies.limits.signIn, request, reply) }
        : {}),
      // After the rate limit and before the body is read: reading and parsing a body costs memory and time.
      preParsing: async (request, reply, body) =>
        (await authenticateOrRefuse(contract, { request, reply, dependencies })) ?? body,
      handler: async (request, reply) => {
        try {
          const call = async (): Promise<UnparsedReply> => {
            // When the client has disconnected while the request waited, nobody would read the answer.
            if (request.raw.socket.destroyed) throw new DomainError('SERVICE_UNAVAILABLE', { retryAfter: 1 });
            return callService(contract, request, dependencies);
          };
          const caller = (await dependencies.callers.rateLimitKey(request)) ?? clientNetwork(request);
          if (dependencies.queues.isProvenMember(caller, organizationOf(request))) {
            const retryAfter = await dependencies.limits.organization(request);
            if (retryAfter !== undefined) throw new DomainError('RATE_LIMITED', { retryAfter });
          }
          // A call with a file takes long. The service limits the number of such calls itself.
          const isQueued = !contract.http!.upload && !contract.http!.download;
          const answer = isQueued
            ? await dependencies.queues.run(contract, caller, organizationOf(request), call)
            : await call();
          return await sendAnswer(contract, request, reply, { answer, rpc: dependencies.rpc });
        } catch (error) {
          const problem = toReplyError(error, { errors: ownErrorsOf(contract) });
          if (problem.status === 500) dependencies.logError(error, contract.subject);
          return sendProblem(request, reply, problem);
        }
      },
    });
  }
}

/** Stores the access token in the context of the request, or answers a request without valid authentication. */
async function authenticateOrRefuse(
  contract: Contract,
  { request, reply, dependencies }: { request: FastifyRequest; reply: FastifyReply; dependencies: RouteDependencies },
): Promise<FastifyReply | undefined> {
  try {
    contextOf(request).token = await dependencies.callers.authenticate(request, contract.access);
    return undefined;
  } catch (error) {
    const problem = toReplyError(error, contract);
    if (problem.status === 500) dependencies.logError(error, contract.subject);
    return sendProblem(request, reply, problem);
  }
}

/** Answers a request above a limit with a problem. */
async function refuseAboveLimit(limit: RequestLimit, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const retryAfter = await limit(request);
  if (retryAfter === undefined) return undefined;
  return sendProblem(request, reply, sharedProblem('RATE_LIMITED', { retryAfter }));
}

async function callService(
  contract: Contract,
  request: FastifyRequest,
  { rpc }: RouteDependencies,
): Promise<UnparsedReply> {
  const http = contract.http!;
  const options = callOptionsOf(contract, request, contextOf(request).token);
  if (http.upload ? !http.upload.includes(mediaTypeOf(request)) : request.body instanceof Readable)
    throw new DomainError('CONTENT_TYPE_UNSUPPORTED', { detail: acceptedTypesDetail(request) });
  if (http.upload) refuseLargeUpload(contract, request);
  let input = readInput(contract, request, http.upload && { fileId: PLACEHOLDER_FILE_ID });
  const { organizationId } = input as { organizationId?: `org_${string}` };
  if (http.upload) {
    // The preflight runs the checks of the call without executing it. A call that is not allowed is rejected before its
    // file is stored.
    const preflight = await rpc.send(contract, input, { ...options, preflightOnly: true });
    if ('error' in preflight) return preflight;
    input = readInput(contract, request, await storeUpload(rpc, contract, request, options, organizationId));
  }
  return rpc.sendUnparsed(contract, input, options);
}

/** Sends the answer of the service. The call has left the queue, because a client may read slowly. */
async function sendAnswer(
  contract: Contract,
  request: FastifyRequest,
  reply: FastifyReply,
  { answer, rpc }: { answer: UnparsedReply; rpc: RpcClient },
): Promise<FastifyReply> {
  const http = contract.http!;
  if ('error' in answer) return sendProblem(request, reply, answer.error);
  if (contract.hasLocalizedOutput || hasRowErrors(contract)) markLanguage(request, reply);
  if (answer.accessRevision) reply.header('access-revision', answer.accessRevision);
  if (http.isPaged)
    return sendFilePages(
      decode(answer.outputJson) as FilePage,
      async (cursor) => readNextPage(contract, request, rpc, cursor),
      reply,
    );
  if (http.download)
    return sendFile(rpc, contract, decode(answer.outputJson) as FileReference, organizationOf(request), reply);
  if (isPublicQuery(contract)) return sendWithEtag(request, reply, answer.outputJson);
  if (answer.version !== undefined) reply.header('etag', `"${answer.version}"`);
  if (http.status === 204) return reply.status(204).send();
  reply
    .status(http.status ?? 200)
    .header('cache-control', 'no-store')
    .header('content-type', JSON_WITH_CHARSET);
  const { language } = contextOf(request);
  return sendBytes(reply, hasRowErrors(contract) ? translateRowErrors(answer.outputJson, language) : answer.outputJson);
}

/** Calls the operation again for the next part of its file. The service checks the right again. */
async function readNextPage(
  contract: Contract,
  request: FastifyRequest,
  rpc: RpcClient,
  cursor: string,
): Promise<FilePage> {
  const input = { ...(readInput(contract, request) as object), cursor };
  const answer = await rpc.sendUnparsed(contract, input, callOptionsOf(contract, request, contextOf(request).token));
  if ('error' in answer) throw new Error(`the next part of a file cannot be read: ${answer.error.code}`);
  return decode(answer.outputJson) as FilePage;
}

/** Sends the answer of a public query, or 304 when the caller has a current copy. */
function sendWithEtag(request: FastifyRequest, reply: FastifyReply, json: Uint8Array): FastifyReply {
  const etag = etagOf(json);
  reply.header('etag', etag).header('cache-control', 'no-cache');
  if (namesEtag(request.headers['if-none-match'], etag)) return reply.status(304).send();
  return sendBytes(reply.header('content-type', JSON_WITH_CHARSET), json);
}

function callOptionsOf(contract: Contract, request: FastifyRequest, token: string | undefined): CallOptions {
  const idempotencyKey = request.headers['idempotency-key'];
  if (contract.idempotencyKey === 'required' && !idempotencyKey) throw new DomainError('IDEMPOTENCY_KEY_MISSING');
  if (idempotencyKey !== undefined && (typeof idempotencyKey !== 'string' || idempotencyKey.length > MAX_HEADER_LENGTH))
    throw new DomainError('INPUT_INVALID', {
      errors: [
        {
          pointer: WHOLE_INPUT,
          detail: `Idempotency-Key must have at most ${MAX_HEADER_LENGTH} characters`,
          code: 'too_big',
        },
      ],
    });
  const revision = readsAccessRevision(contract) ? request.headers['access-revision'] : undefined;
  if (revision !== undefined && (typeof revision !== 'string' || revision.length > MAX_HEADER_LENGTH))
    throw new DomainError('ACCESS_REVISION_INVALID');
  const { requestId, traceparent, language } = contextOf(request);
  return {
    causedBy: { requestId, traceparent, token, language, reason: undefined },
    callerAddress: request.ip,
    ...(idempotencyKey ? { idempotencyKey } : {}),
    ...(revision ? { accessRevision: revision } : {}),
    ...(contract.http!.upload || contract.http!.download ? { timeoutMs: FILE_CALL_TIMEOUT_MS } : {}),
  };
}

const UNREADABLE_PATH = sharedProblem('INPUT_NOT_PARSEABLE', {
  title: 'The path cannot be read',
  detail: 'the path is not valid percent-encoding of UTF-8',
});

/** Answers errors outside of the routes with problems: unknown path, malformed JSON, large body, rate limit. */
export function addErrorHandlers(app: FastifyInstance, logError: RouteDependencies['logError']): void {
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) =>
    sendProblem(request, reply, hasUnreadablePath(request) ? UNREADABLE_PATH : sharedProblem('NOT_FOUND')),
  );
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    if (error.statusCode === 429)
      return sendProblem(
        request,
        reply,
        sharedProblem('RATE_LIMITED', { retryAfter: Number(reply.getHeader('retry-after')) || 1 }),
      );
    if (error.statusCode === 413) return sendProblem(request, reply, sharedProblem('BODY_TOO_LARGE'));
    if (error.statusCode === 415)
      return sendProblem(
        request,
        reply,
        sharedProblem('CONTENT_TYPE_UNSUPPORTED', { detail: acceptedTypesDetail(request) }),
      );
    if (error.statusCode && error.statusCode < 500)
      return sendProblem(request, reply, sharedProblem('INPUT_NOT_PARSEABLE', { detail: unreadableBodyDetail(error) }));
    logError(error, request.routeOptions.url ?? 'unknown route');
    return sendProblem(request, reply, INTERNAL_ERROR);
  });
}

/** Returns a detail that has translations. The texts of Fastify have none. */
const unreadableBodyDetail = ({ code, message }: Error & { code?: string }): string => {
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') return 'the body is not valid JSON';
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') return 'the body does not have the length in Content-Length';
  return message;
};
