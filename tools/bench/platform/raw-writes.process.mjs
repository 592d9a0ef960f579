// The limit of writes: Fastify, and one transaction of `pg` that writes the same rows as the service.
import fastify from 'fastify';
import pg from 'pg';
import { handleRequests } from '../harness/handle-requests.mjs';
import { REPLAY_STEP, replayOf } from './replay-writes.mjs';

/** As many connections as a service of Cordée has for commands. */
const CONNECTIONS = 10;
const app = fastify();
let idleClients = [];
const waitingResolvers = [];
const connections = [];
let replayNumber;
handleRequests({ start, listen, stop });

let captures;
function start(input) {
  captures = input.captures;
  replayNumber = input.firstNumber;
}

/** Opens the connections and listens on a free port. `captures[i]` has the changes of one call. */
async function listen({ databaseUrl, isPipelined }) {
  for (let count = 0; count < CONNECTIONS; count += 1) {
    const client = new pg.Client({ connectionString: databaseUrl, pipeline: isPipelined });
    await client.connect();
    connections.push(client);
  }
  idleClients = [...connections];
  const write = isPipelined ? writeAtOnce : writeStepByStep;
  app.post('/write/:index', async ({ params: { index } }, reply) => {
    const { changes, firstNewUuid, answer } = captures[index];
    const statements = replayOf(changes, (replayNumber += REPLAY_STEP), (uuid) => uuid >= firstNewUuid);
    await withClient((client) => write(client, statements));
    return reply.status(201).send(answer);
  });
  return app.listen({ host: '127.0.0.1', port: 0 });
}

async function writeStepByStep(client, statements) {
  await client.query('begin');
  try {
    for (const statement of statements) requireOneRow(statement, await client.query(statement));
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Sends all statements in one round trip. */
async function writeAtOnce(client, statements) {
  const results = await Promise.allSettled([
    client.query('begin'),
    ...statements.map((statement) => client.query(statement)),
    client.query('commit'),
  ]);
  for (const [index, { reason, value }] of results.entries()) {
    if (reason) throw reason;
    const statement = statements[index - 1];
    if (statement) requireOneRow(statement, value);
  }
}

function requireOneRow({ text }, { rowCount }) {
  if (rowCount !== 1) throw new Error(`${rowCount} rows are written by: ${text}`);
}

async function withClient(work) {
  const client = idleClients.pop() ?? (await new Promise((resolve) => waitingResolvers.push(resolve)));
  try {
    return await work(client);
  } finally {
    const next = waitingResolvers.shift();
    if (next) next(client);
    else idleClients.push(client);
  }
}

async function stop() {
  await app.close();
  await Promise.all(connections.map((client) => client.end()));
}
