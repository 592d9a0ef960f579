// The limit of a call without a database: Fastify that forwards each request over NATS with the plain client.
import fastify from 'fastify';
import { handleRequests } from '../harness/handle-requests.mjs';
import { connectRaw } from '../harness/raw-nats.mjs';

const TIMEOUT_MS = 5_000;
const app = fastify();
let connection;
handleRequests({ start: () => {}, listen, stop });

async function listen({ subject }) {
  connection = await connectRaw();
  app.get('/v1/organizations/:organizationId/access/check', async ({ params, query }, reply) => {
    const question = Buffer.from(JSON.stringify({ ...params, ...query }));
    const answer = await connection.request(subject, question, { timeout: TIMEOUT_MS });
    return reply.type('application/json; charset=utf-8').send(Buffer.from(answer.data));
  });
  return app.listen({ host: '127.0.0.1', port: 0 });
}

async function stop() {
  await app.close();
  await connection?.drain();
}
