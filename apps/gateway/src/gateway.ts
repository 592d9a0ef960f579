import type { Socket } from 'node:net';
import { contracts } from '@cordee/contracts/catalogue';
import { FILE_MAX_BYTES } from '@cordee/contracts/file';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { readConfig } from '@cordee/service/config';
import type { ProcessContext } from '@cordee/service/process-context';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance } from 'fastify';
import { CallerAuthentication } from './caller-authentication.ts';
import { GatewayConfig } from './config.ts';
import { addDocsPage } from './docs-page.ts';
import { addLinkPages } from './link-pages.ts';
import { openApiDocument } from './openapi.ts';
import { addErrorHandlers, addRoutes, handleBadPath } from './routes.ts';

const BODY_BYTES = 1024 * 1024;
/** How often slow connections are looked for. */
const CHECKING_MS = 500;

export interface Gateway {
  /** Where it listens. */
  url: string;
  problem(): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Starts the only HTTP door. `isReady` adds what else must work in this process. */
export async function startGateway(
  environment: Readonly<Record<string, string | undefined>>,
  parts: ProcessContext,
  isReady: () => Promise<Record<string, string>> = async () => ({}),
): Promise<Gateway> {
  const config = readConfig(GatewayConfig, environment);
  const log = parts.log.child({ service: 'gateway' });
  const report = (error: unknown, where: string): void =>
    log.error({ err: error, where }, error instanceof Error ? error.message : String(error));
  const bus = await parts.connect('gateway');
  const rpc = new RpcClient(bus, 'gateway');
  const callers = new CallerAuthentication(rpc, parts.verifier, parts.clock);
  const app = fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: config.SLOW_CLIENT_MS,
    http: { headersTimeout: config.SLOW_CLIENT_MS, connectionsCheckingInterval: CHECKING_MS },
    // A long parameter is a wrong one, which the contract says better than the router.
    routerOptions: { maxParamLength: 20_000 },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: handleBadPath,
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        upgradeInsecureRequests: null,
      },
    },
  });
  await app.register(rateLimit, {
    max: config.RATE_LIMIT_PER_MINUTE,
    timeWindow: 60_000,
    keyGenerator: async (request) => (await callers.rateLimitKey(request)) ?? request.ip,
    allowList: (request) => request.url.startsWith('/health'),
  });
  allowEmptyJson(app);
  addUploadParsers(app);
  addErrorHandlers(app, report);
  addRoutes(app, contracts.values(), { rpc, callers, report });
  addLinkPages(app);
  await addDocsPage(app, openApiDocument(contracts));
  const problem = async (): Promise<string | undefined> => (bus.isConnected() ? undefined : 'the bus is not connected');
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_, reply) => {
    const own = await problem();
    const problems = { ...(await isReady()), ...(own ? { gateway: own } : {}) };
    const isOk = Object.keys(problems).length === 0;
    return reply.status(isOk ? 200 : 503).send({ status: isOk ? 'ok' : 'unavailable', ...(isOk ? {} : { problems }) });
  });
  const url = await app.listen({ host: config.HOST, port: config.PORT });
  log.info({ url }, 'gateway is ready');
  return {
    url,
    problem,
    stop: async () => {
      await app.close();
      await bus.close();
    },
  };
}

/** What never became a request, or came too slowly, gets a problem as well; the connection ends. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const status = isSlow ? '408 Request Timeout' : '400 Bad Request';
  const code = isSlow ? 'REQUEST_TIMEOUT' : 'INPUT_NOT_PARSEABLE';
  const body = JSON.stringify({
    type: `urn:cordee:problem:${code.toLowerCase()}`,
    title: isSlow ? 'The request came too slowly' : 'This is no HTTP request',
    status: Number.parseInt(status, 10),
    code,
  });
  if (socket.writable)
    socket.end(
      `HTTP/1.1 ${status}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  else socket.destroy();
}

/** Many clients name JSON as the type of a body that they do not send, with DELETE above all: no body is none. */
function allowEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : parse(request, body as string, done),
  );
}

/** Files are not read into memory: the route takes the stream. */
function addUploadParsers(app: FastifyInstance): void {
  const types = [...contracts.values()].flatMap((contract) => contract.http?.upload ?? []);
  app.addContentTypeParser([...new Set(types)], { bodyLimit: FILE_MAX_BYTES }, (_, payload, done) =>
    done(null, payload),
  );
}
