import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { ReadStarter } from '@cordee/service/read-starter';
import { waitFor } from '../wait-for.ts';

const CONNECTIONS = 64;
const REQUEST = 'a request';

const accepted: net.Socket[] = [];
const clients: net.Socket[] = [];
const server = net.createServer((socket) => accepted.push(socket));
/** The data of the connections in each turn of the event loop, by the number of the turn. */
let arrivals: Map<number, number>;
let turn = 0;
let isCounting = true;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const countTurns = (): void => {
    turn += 1;
    if (isCounting) setImmediate(countTurns);
  };
  countTurns();
});

afterAll(() => {
  isCounting = false;
  for (const socket of [...clients, ...accepted]) socket.destroy();
  server.close();
});

/** Accepts connections and adds them to the starter in one turn of the event loop, when their requests have arrived. */
async function addConnections(starter: ReadStarter): Promise<void> {
  accepted.length = 0;
  arrivals = new Map();
  for (let index = 0; index < CONNECTIONS; index += 1) {
    const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
    clients.push(client);
    client.write(REQUEST);
  }
  await waitFor(async () => accepted.length === CONNECTIONS, 'all connections');
  for (const socket of accepted) {
    socket.on('data', () => arrivals.set(turn, (arrivals.get(turn) ?? 0) + 1));
    starter.add(socket);
  }
}

const readCount = (): number => [...arrivals.values()].reduce((sum, count) => sum + count, 0);
const untilAllRead = () => waitFor(async () => readCount() === CONNECTIONS, 'the data of all connections');

it('starts to read from at most two of 64 connections in each turn of the event loop', async () => {
  await addConnections(new ReadStarter());
  await untilAllRead();
  expect(Math.max(...arrivals.values())).toBeLessThanOrEqual(2);
});

it('lets no connection wait longer than half a second, also when turns of the event loop are long', async () => {
  await addConnections(new ReadStarter());
  const startedAt = performance.now();
  while (performance.now() - startedAt < 600);
  await untilAllRead();
  expect(Math.max(...arrivals.values())).toBeGreaterThan(CONNECTIONS / 2);
});

it('starts to read from all connections at once when the server stops', async () => {
  const starter = new ReadStarter();
  await addConnections(starter);
  starter.startAll();
  await untilAllRead();
  expect(arrivals.size).toBeLessThan(CONNECTIONS / 4);
});

it('skips a connection that has ended', async () => {
  const starter = new ReadStarter();
  await addConnections(starter);
  accepted[0]!.destroy();
  await waitFor(async () => readCount() === CONNECTIONS - 1, 'the data of the other connections');
});
