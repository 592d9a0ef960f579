import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { RpcClient } from '@cordee/messaging/rpc-client';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { answerBrokenRequest } from './broken-request.ts';
import { ConnectionLimits } from './connection-limits.ts';
import { networkOf } from './network-of.ts';
import { openQueue, type QueueAddress } from './jobs.ts';
import { AllowedHosts, HOST_NOT_ALLOWED, OwnHosts } from './own-hosts.ts';
import type { ProcessContext } from './process-context.ts';
import { StaffCheck } from './staff-check.ts';
import { TrustedProxies } from './trusted-proxies.ts';

const PROBLEM_TYPE = 'application/problem+json';
const WINDOW_MS = 60_000;
/** A few members of staff use the board. */
const CONNECTION_LIMITS = {
  maxConnections: 500,
  maxConnectionsPerAddress: 50,
  maxPipelinedRequests: 10,
  slowClientMs: 10_000,
  maxBodyBytes: 0,
};
const LISTEN_RETRY_MS = 500;
/** How often a network may try credentials per minute. Accepted credentials are not counted again for five minutes. */
const SIGN_INS_PER_MINUTE = 10;

/** Settings of the queue board. */
export const queueBoardSettings = {
  QUEUE_BOARD_LIMIT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(600)
    .describe('Requests per minute of an IP address to the queue board'),
  TRUSTED_PROXIES: TrustedProxies,
  ALLOWED_HOSTS: AllowedHosts,
};

export interface QueueBoardOptions {
  host: string;
  port: number;
  services: readonly string[];
  settings: {
    readonly PUBLIC_URL: string;
    readonly QUEUE_BOARD_LIMIT_PER_MINUTE: number;
    readonly TRUSTED_PROXIES: TrustedProxies;
    readonly ALLOWED_HOSTS: readonly string[];
  };
  address: Omit<QueueAddress, 'service'>;
}

export interface QueueBoard {
  /** Resolves with the URL when the queue board listens, or with undefined when the board stops before. */
  listeningUrl: Promise<string | undefined>;
  stop(): Promise<void>;
}

type BoardQueue = ConstructorParameters<typeof BullMQAdapter>[0];

/**
 * Serves a read-only page of the job queues to staff. Due work is stored in PostgreSQL, so nobody needs to change a
 * queue.
 */
export async function startQueueBoard(
  process: ProcessContext,
  { host, port, services, settings, address }: QueueBoardOptions,
): Promise<QueueBoard> {
  const bus = await process.connect(process.name);
  const staff = new StaffCheck(new RpcClient(bus, process.name), process.verifier);
  const queues = services.map((service) => openQueue({ ...address, service }));
  for (const queue of queues)
    queue.on('error', (error) => process.log.warn({ err: error, where: 'queue board' }, error.message));

  const isProxy = (client: string): boolean => settings.TRUSTED_PROXIES.has(client);
  const connections = new ConnectionLimits({ ...CONNECTION_LIMITS, isProxy });
  const app = fastify({
    forceCloseConnections: true,
    trustProxy: isProxy,
    serverFactory: (handle) => connections.createServer(handle),
    clientErrorHandler: (error, socket) => void answerBrokenRequest(error, socket),
  });
  const hosts = new OwnHosts(settings.PUBLIC_URL, settings.ALLOWED_HOSTS);
  const clientNetwork = (request: FastifyRequest): string => networkOf(request.ip);
  await app.register(rateLimit, { global: false, timeWindow: WINDOW_MS, keyGenerator: clientNetwork });
  const countRequest = app.createRateLimit({ max: settings.QUEUE_BOARD_LIMIT_PER_MINUTE });
  const countSignIn = app.createRateLimit({ max: SIGN_INS_PER_MINUTE });
  // Protects the pages, the static files and the API.
  app.addHook('onRequest', async (request, reply) => {
    if (!hosts.includes(request.host))
      return reply.status(HOST_NOT_ALLOWED.status).type(PROBLEM_TYPE).send(problemOf(HOST_NOT_ALLOWED));
    const { authorization } = request.headers;
    const limits = [await countRequest(request)];
    if (authorization && !staff.isChecked(authorization)) limits.push(await countSignIn(request));
    for (const limit of limits) if (!limit.isAllowed && limit.isExceeded) return refuse(reply, limit.ttlInSeconds);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return reply.status(405).header('allow', 'GET').send('This page is read-only.');
    // `isStaff` is undefined when identity does not answer.
    const isStaff = await staff.isStaff(authorization, request.ip).catch(() => undefined);
    if (isStaff) return;
    if (isStaff === undefined)
      return reply.status(503).header('retry-after', '2').send('Sign-in is not available right now.');
    return reply
      .status(401)
      .header('www-authenticate', 'Basic realm="Staff", charset="UTF-8"')
      .send('Sign in with a staff account.');
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        // `null` removes this default directive of helmet.
        upgradeInsecureRequests: null,
      },
    },
  });
  const adapter = new FastifyAdapter();
  createBullBoard({
    queues: queues.map(
      (queue) => new BullMQAdapter(queue as unknown as BoardQueue, { readOnlyMode: true, allowRetries: false }),
    ),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Cordée queues', hideRedisDetails: true } },
  });
  await app.register(adapter.registerPlugin());
  const stopping = new AbortController();
  const listeningUrl = listenWhenFree(app, { host, port }, stopping.signal, (error) =>
    process.log.warn({ err: error, where: 'queue board' }, 'the port of the queue board is in use'),
  );
  return {
    listeningUrl,
    stop: async () => {
      stopping.abort();
      await app.close();
      await Promise.all(queues.map((queue) => queue.close()));
      await bus.close();
    },
  };
}

/**
 * Listens as soon as the port is free. While a process replaces another one, the old process still has the port.
 * Resolves with undefined when `signal` ends the attempts.
 */
async function listenWhenFree(
  app: FastifyInstance,
  address: { host: string; port: number },
  signal: AbortSignal,
  onRefused: (error: unknown) => void,
): Promise<string | undefined> {
  for (let attempts = 1; !signal.aborted; attempts += 1) {
    try {
      return await app.listen(address);
    } catch (error) {
      if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
      if (attempts === 1) onRefused(error);
      await sleep(LISTEN_RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

interface Problem {
  status: number;
  code: string;
  title: string;
}

const problemOf = ({ status, code, title }: Problem): object => ({
  type: `urn:cordee:problem:${code.toLowerCase()}`,
  title,
  status,
  code,
});

function refuse(reply: FastifyReply, retryAfter: number): FastifyReply {
  return reply
    .status(429)
    .header('retry-after', String(Math.max(1, retryAfter)))
    .type(PROBLEM_TYPE)
    .send(problemOf({ status: 429, code: 'RATE_LIMITED', title: 'Too many requests' }));
}
