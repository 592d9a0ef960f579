import { contracts } from '@cordee/contracts/catalogue';
import { LARGE_FILE_MAX_BYTES } from '@cordee/contracts/file';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Acceptors, BACKLOG, requireFreePort } from '@cordee/service/acceptors';
import { describeError } from '@cordee/service/describe-error';
import { readConfig } from '@cordee/service/config';
import { OwnHosts } from '@cordee/service/own-hosts';
import type { ProcessContext } from '@cordee/service/process-context';
import { listenOrThrow } from '@cordee/service/start-error';
import helmet from '@fastify/helmet';
import fastify, { errorCodes, type FastifyInstance } from 'fastify';
import { setImmediate } from 'node:timers/promises';
import { answerBrokenRequest } from '@cordee/service/broken-request';
import { CallQueues } from './call-queues.ts';
import { CallerAuthentication } from './caller-authentication.ts';
import { GatewayConfig } from './config.ts';
import { ConnectionLimits } from '@cordee/service/connection-limits';
import { allowOrigins } from './cross-origin.ts';
import { JSON_TYPE, MERGE_PATCH_TYPE, jsonTypesOf, mediaTypeOf } from './content-types.ts';
import { addDocsPage } from './docs-page.ts';
import { addLinkPages } from './link-pages.ts';
import { refuseForeignHosts } from './foreign-hosts.ts';
import { recordMethods } from './method-not-allowed.ts';
import { openApiDocument } from './openapi/openapi-document.ts';
import { addRateLimits } from './rate-limits.ts';
import { addRequestContexts } from './request-context.ts';
import { refuseInOverload } from './refuse-in-overload.ts';
import { RequestLog } from './request-log.ts';
import { addErrorHandlers, addRoutes } from './routes.ts';
import { replaceUnreadablePath } from './unreadable-path.ts';

const MAX_BODY_BYTES = 1024 * 1024;

export interface Gateway {
  url: string;
  /** Counts the requests. */
  readonly metrics: RequestLog;
  /** The reason why the gateway is not ready; undefined when it is ready. */
  problem(): Promise<string | undefined>;
  /** Reports the gateway as not ready and asks clients to close their connections. The gateway still answers. */
  readonly reportNotReady: () => void;
  /** Accepts no further connections, finishes the running requests and closes all connections. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the HTTP server of the API. `serviceProblems` returns the problems of the services in the same process, for
 * `/health/ready`.
 */
export async function startGateway(
  environment: Readonly<Record<string, string | undefined>>,
  processContext: ProcessContext,
  serviceProblems: () => Promise<Record<string, string>> = async () => ({}),
): Promise<Gateway> {
  const config = readConfig(GatewayConfig.omit({ TOKEN_VERIFICATION_KEYS: true }), environment);
  const log = processContext.logOf('gateway');
  const logError = (error: unknown, where: string): void =>
    log.error({ err: error, where }, describeError(error).message);
  const bus = await processContext.connect('gateway');
  const rpc = new RpcClient(bus, 'gateway');
  const callers = new CallerAuthentication(rpc, processContext.verifier, processContext.clock);
  const requestLog = new RequestLog(log);
  const connections = new ConnectionLimits({
    maxConnections: config.MAX_CONNECTIONS,
    maxConnectionsPerAddress: config.MAX_CONNECTIONS_PER_ADDRESS,
    maxPipelinedRequests: config.MAX_PIPELINED_REQUESTS,
    slowClientMs: config.SLOW_CLIENT_MS,
    maxBodyBytes: LARGE_FILE_MAX_BYTES,
    isProxy: (address) => config.TRUSTED_PROXIES.has(address),
    onRefused: ({ code }) => requestLog.countProblem(code),
  });
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: (address) => config.TRUSTED_PROXIES.has(address),
    serverFactory: (handle) => connections.createServer(handle),
    // The router accepts long parameters, because the input schema rejects them with a more precise error.
    routerOptions: { maxParamLength: 20_000 },
    forceCloseConnections: 'idle',
    // Requests on open connections are answered until the gateway has stopped.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => requestLog.recordBrokenRequest(answerBrokenRequest(error, socket)),
    rewriteUrl: ({ url }) => replaceUnreadablePath(url!),
  });
  const queues = new CallQueues(config.MAX_RUNNING_CALLS);
  addRequestContexts(app);
  requestLog.addHook(app);
  const refuseOtherMethods = recordMethods(app);
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // The pages for links in mails contain an inline stylesheet.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        // `null` removes this directive: browsers would load assets over HTTPS, but this server accepts HTTP only.
        upgradeInsecureRequests: null,
      },
    },
  });
  await allowOrigins(app, config.CORS_ORIGINS);
  refuseInOverload(app, { queues, callers });
  const limits = await addRateLimits(app, config, callers);
  refuseForeignHosts(app, new OwnHosts(config.PUBLIC_URL, config.ALLOWED_HOSTS));
  addJsonParser(app);
  addUploadParsers(app);
  addErrorHandlers(app, logError);
  addRoutes(app, contracts.values(), { rpc, callers, queues, limits, logError });
  addLinkPages(app, { hasCardSimulator: config.CORDEE_MODE !== 'production' });
  await addDocsPage(app, openApiDocument(contracts, config.PUBLIC_URL));
  let isStopping = false;
  // The hook `onSend` runs when an answer is sent, because the gateway can begin to stop while the request runs.
  app.addHook('onSend', async (_, reply) => {
    if (isStopping) reply.header('connection', 'close');
  });
  const problem = async (): Promise<string | undefined> => {
    if (isStopping) return 'stopping';
    return bus.isConnected() ? undefined : 'the bus is not connected';
  };
  app.get('/health/live', async () => ({ status: 'ok' }));
  const checkServices = sharedWhileRunning(serviceProblems);
  app.get('/health/ready', async (_, reply) => {
    const gatewayProblem = await problem();
    const problems = { ...(await checkServices()), ...(gatewayProblem ? { gateway: gatewayProblem } : {}) };
    const isOk = Object.keys(problems).length === 0;
    return reply.status(isOk ? 200 : 503).send({ status: isOk ? 'ok' : 'unavailable', ...(isOk ? {} : { problems }) });
  });
  refuseOtherMethods();
  const { HOST: host, PORT: port } = config;
  let acceptors: Acceptors | undefined;
  const url = await listenOrThrow({ variable: 'PORT', host, port }, async () => {
    // The types of Fastify do not declare these options, which it passes on to Node.
    if (config.LISTEN_FD !== undefined) return app.listen({ host, fd: config.LISTEN_FD } as object);
    await requireFreePort(host, port);
    const address = await app.listen({ host, port, reusePort: true, backlog: BACKLOG } as object);
    acceptors = await Acceptors.open(app.server);
    return address;
  });
  log.info({ url }, 'gateway is ready');
  return {
    url,
    metrics: requestLog,
    problem,
    reportNotReady: () => {
      isStopping = true;
    },
    stop: async () => {
      await stopListening(app, connections, acceptors);
      await bus.close();
    },
  };
}

/**
 * Returns a function that starts the work, or joins the work that is running. No limit counts the requests of the
 * health, and each check of the services uses their databases.
 */
function sharedWhileRunning<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () =>
    (running ??= work().finally(() => {
      running = undefined;
    }));
}

/**
 * Closes the listening sockets and the connections without a request. First, the event loop reads the requests that
 * have arrived, so that no client loses a request. Resolves when the other connections have ended.
 */
async function stopListening(
  app: FastifyInstance,
  connections: ConnectionLimits,
  acceptors: Acceptors | undefined,
): Promise<void> {
  connections.readAll();
  // The event loop reads all sockets between the first and the second `setImmediate`.
  await setImmediate();
  await setImmediate();
  app.server.close();
  const acceptorsClosed = acceptors?.close();
  connections.closeUnused();
  await Promise.all([app.close(), acceptorsClosed]);
}

/**
 * Adds the parser of JSON bodies. An empty body is accepted, because many clients send the header
 * `content-type: application/json` with DELETE.
 */
function addJsonParser(app: FastifyInstance): void {
  // A body with the field `__proto__` or `constructor.prototype` is an error.
  const onForbiddenField = 'error';
  const parse = app.getDefaultJsonParser(onForbiddenField, onForbiddenField);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([JSON_TYPE, MERGE_PATCH_TYPE], { parseAs: 'string' }, (request, body, done) => {
    if (!jsonTypesOf(request.method).includes(mediaTypeOf(request)))
      return done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE());
    // The service needs the bytes of the body to verify their signature.
    if (request.routeOptions.config.contract?.http?.hasRawBody) return done(null, body);
    if (body === '') return done(null, undefined);
    return parse(request, body as string, done);
  });
  // An unknown path answers 404 and a wrong method 405, whatever the content type is.
  app.addContentTypeParser('*', (request, _, done) =>
    done(request.routeOptions.config?.contract ? new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE() : null),
  );
}

/** Passes an uploaded file to the route as a stream, so that the gateway does not read the file into memory. */
function addUploadParsers(app: FastifyInstance): void {
  const types = [...contracts.values()].flatMap((contract) => contract.http?.upload ?? []);
  app.addContentTypeParser([...new Set(types)], { bodyLimit: LARGE_FILE_MAX_BYTES }, (_, payload, done) =>
    done(null, payload),
  );
}
