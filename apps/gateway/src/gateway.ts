import { createHash } from 'node:crypto';
import { contracts } from '@cordee/contracts/catalogue';
import { FILE_MAX_BYTES } from '@cordee/contracts/file';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { readConfig } from '@cordee/service/config';
import type { ProcessParts } from '@cordee/service/process-parts';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance } from 'fastify';
import { GatewayConfig } from './config.ts';
import { addDocsPage } from './docs-page.ts';
import { addLinkPages } from './link-pages.ts';
import { openApiDocument } from './openapi.ts';
import { addFallbacks, addRoutes } from './routes.ts';

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
export async function startGateway(environment: Readonly<Record<string, string | undefined>>, parts: ProcessParts, isReady: () => Promise<Record<string, string>> = async () => ({})): Promise<Gateway> {
  const config = readConfig(GatewayConfig, environment);
  const log = parts.log.child({ service: 'gateway' });
  const report = (error: unknown, where: string): void => log.error({ err: error, where }, error instanceof Error ? error.message : String(error));
  const bus = await parts.connect('gateway');
  const rpc = new RpcClient(bus, 'gateway');
  const app = fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: config.SLOW_CLIENT_MS,
    http: { headersTimeout: config.SLOW_CLIENT_MS, connectionsCheckingInterval: CHECKING_MS },
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });
  await app.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], upgradeInsecureRequests: null } } });
  await app.register(rateLimit, { max: config.RATE_LIMIT_PER_MINUTE, timeWindow: 60_000, keyGenerator: (request) => caller(request.headers.authorization) ?? request.ip, allowList: (request) => request.url.startsWith('/health') });
  addUploadParsers(app);
  addFallbacks(app, report);
  addRoutes(app, contracts.values(), { rpc, verifier: parts.verifier, report });
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

/** A key for a caller's token, without keeping the token. */
const caller = (authorization: string | undefined): string | undefined => authorization && createHash('sha256').update(authorization).digest('base64url');

/** Files are not read into memory: the route takes the stream. */
function addUploadParsers(app: FastifyInstance): void {
  const types = [...contracts.values()].flatMap((contract) => contract.http?.upload ?? []);
  app.addContentTypeParser([...new Set(types)], { bodyLimit: FILE_MAX_BYTES }, (_, payload, done) => done(null, payload));
}
