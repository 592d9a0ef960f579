import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { RpcClient } from '@cordee/messaging/rpc-client';
import helmet from '@fastify/helmet';
import fastify from 'fastify';
import { openQueue, type QueueAddress } from './jobs.ts';
import type { ProcessContext } from './process-context.ts';
import { StaffCheck } from './staff-check.ts';

export interface QueueBoardOptions {
  host: string;
  port: number;
  services: readonly string[];
  address: Omit<QueueAddress, 'service'>;
}

export interface QueueBoard {
  url: string;
  stop(): Promise<void>;
}

type BoardQueue = ConstructorParameters<typeof BullMQAdapter>[0];

/**
 * Serves a read-only page of the job queues to staff. Due work is stored in PostgreSQL, so nobody needs to change a
 * queue.
 */
export async function startQueueBoard(
  process: ProcessContext,
  { host, port, services, address }: QueueBoardOptions,
): Promise<QueueBoard> {
  const bus = await process.connect('queue-board');
  const staff = new StaffCheck(new RpcClient(bus, 'queue-board'), process.verifier);
  const queues = services.map((service) => openQueue({ ...address, service }));
  for (const queue of queues)
    queue.on('error', (error) => process.log.warn({ err: error, where: 'queue board' }, error.message));

  const app = fastify({ forceCloseConnections: true });
  // Protects the pages, the static files and the API.
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return reply.status(405).header('allow', 'GET').send('This page is read-only.');
    // Undefined when identity does not answer.
    const isStaff = await staff.isStaff(request.headers.authorization, request.ip).catch(() => undefined);
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
  const url = await app.listen({ host, port });
  return {
    url,
    stop: async () => {
      await app.close();
      await Promise.all(queues.map((queue) => queue.close()));
      await bus.close();
    },
  };
}
