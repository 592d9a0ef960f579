import { afterEach, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { waitFor } from '@cordee/testing/wait-for';
import { ConnectionLimits, type ConnectionLimitOptions } from './connection-limits.ts';

const ANSWER = Buffer.alloc(4_000_000, 'x');
let server: http.Server;
const sockets: net.Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function listen(
  options: Partial<ConnectionLimitOptions>,
  handle: (request: http.IncomingMessage, response: http.ServerResponse) => void,
): Promise<void> {
  const limits = new ConnectionLimits({
    maxConnections: 100,
    maxConnectionsPerAddress: 100,
    maxPipelinedRequests: 10,
    slowClientMs: 10_000,
    isProxy: () => false,
    ...options,
  });
  server = limits.createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

interface Client {
  socket: net.Socket;
  received: () => string;
  isClosed: () => boolean;
}

async function connect(text = ''): Promise<Client> {
  const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  let received = '';
  let isClosed = false;
  socket
    .on('data', (bytes: Buffer) => (received += bytes.toString()))
    .on('close', () => (isClosed = true))
    .on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(text);
  return { socket, received: () => received, isClosed: () => isClosed };
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;
const gets = (count: number): string => Array.from({ length: count }, (_, index) => get(`/${index}`)).join('');
const untilClosed = ({ isClosed }: Client) => waitFor(async () => isClosed(), 'the end of the connection');

describe('pipelined requests', () => {
  it('are handled one after the other and answered in order', async () => {
    let running = 0;
    let mostRunning = 0;
    await listen({}, (request, response) => {
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      setImmediate(() => {
        running -= 1;
        response.end(`answer ${request.url}.`);
      });
    });
    const client = await connect(gets(10));
    await waitFor(async () => client.received().includes('answer /9.'), 'the last answer');
    expect(client.received().match(/answer \/\d/g)).toEqual(
      Array.from({ length: 10 }, (_, index) => `answer /${index}`),
    );
    expect(mostRunning).toBe(1);
    client.socket.write(get('/later'));
    await waitFor(async () => client.received().includes('answer /later.'), 'an answer after the pipelined ones');
  });

  it('close the connection when more requests wait than the limit allows', async () => {
    let handled = 0;
    await listen({}, () => (handled += 1));
    await untilClosed(await connect(gets(1_000)));
    expect(handled).toBe(1);
  });

  it('produce no further answer while the client does not read', async () => {
    let handled = 0;
    await listen({}, (_, response) => {
      handled += 1;
      response.end(ANSWER);
    });
    const client = await connect();
    client.socket.pause();
    client.socket.write(gets(5));
    await waitFor(async () => handled > 0, 'the first answer');
    const other = await connect(get('/'));
    await waitFor(async () => other.received().length > ANSWER.length, 'the answer of another client');
    expect(handled).toBe(2);
    client.socket.resume();
    await waitFor(async () => handled === 6, 'the other answers');
  });
});

describe('a client that does not read its answer', () => {
  it('is disconnected', async () => {
    await listen({ slowClientMs: 500 }, (_, response) => response.end(ANSWER));
    const client = await connect();
    client.socket.pause();
    client.socket.write(get('/'));
    const countOpen = async () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    await waitFor(async () => (await countOpen()) === 0, 'the end of the connection');
  });
});

describe('connections', () => {
  it('above the limit of an address are refused, and accepted again after another connection closes', async () => {
    await listen({ maxConnectionsPerAddress: 2 }, (_, response) => response.end('hello'));
    const [first] = [await connect(get('/')), await connect()];
    const refused = await connect(get('/'));
    await untilClosed(refused);
    expect(refused.received()).toMatch(/^HTTP\/1.1 429 [^]*retry-after: \d+[^]*"code":"RATE_LIMITED"/);
    first.socket.destroy();
    await waitFor(async () => {
      const next = await connect(get('/'));
      await waitFor(async () => next.received() !== '' || next.isClosed(), 'an answer');
      return next.received().endsWith('hello');
    }, 'an accepted connection');
  });

  it('above the limit of the server are refused', async () => {
    await listen({ maxConnections: 1 }, (_, response) => response.end('hello'));
    await connect();
    const refused = await connect();
    await untilClosed(refused);
    expect(refused.received()).toMatch(/^HTTP\/1.1 503 [^]*retry-after: \d+/);
  });

  it('of a proxy are not limited by address', async () => {
    await listen({ maxConnectionsPerAddress: 1, isProxy: (address) => address === '127.0.0.1' }, (_, response) =>
      response.end('hello'),
    );
    await connect();
    const second = await connect(get('/'));
    await waitFor(async () => second.received().endsWith('hello'), 'an answer');
  });
});
