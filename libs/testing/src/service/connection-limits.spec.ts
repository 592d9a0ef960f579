import { afterEach, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { ConnectionLimits, type ConnectionLimitOptions } from '@cordee/service/connection-limits';
import { waitFor } from '../wait-for.ts';

/** Larger than the buffers of the system for a connection. */
const ANSWER = Buffer.alloc(64_000_000, 'x');
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
    maxBodyBytes: 1_000_000,
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

const getRequest = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;
const getRequests = (count: number): string =>
  Array.from({ length: count }, (_, index) => getRequest(`/${index}`)).join('');
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
    const client = await connect(getRequests(10));
    await waitFor(async () => client.received().includes('answer /9.'), 'the last answer');
    expect(client.received().match(/answer \/\d/g)).toEqual(
      Array.from({ length: 10 }, (_, index) => `answer /${index}`),
    );
    expect(mostRunning).toBe(1);
    client.socket.write(getRequest('/later'));
    await waitFor(async () => client.received().includes('answer /later.'), 'an answer after the pipelined ones');
  });

  it('close the connection when more requests wait than the limit allows', async () => {
    let handled = 0;
    await listen({}, () => (handled += 1));
    await untilClosed(await connect(getRequests(1_000)));
    expect(handled).toBe(1);
  });

  it('produce no further answer while the client does not read', async () => {
    let handled = 0;
    // Larger than the buffers of the system for a connection.
    const largeAnswer = Buffer.alloc(16_000_000, 'x');
    await listen({}, (request, response) => {
      handled += 1;
      response.end(request.url === '/other' ? 'small' : largeAnswer);
    });
    const client = await connect();
    client.socket.pause();
    client.socket.write(getRequests(2));
    await waitFor(async () => handled > 0, 'the first answer');
    const other = await connect(getRequest('/other'));
    await waitFor(async () => other.received().includes('small'), 'the answer of another client');
    expect(handled).toBe(2);
    client.socket.resume();
    await waitFor(async () => handled === 3, 'the second answer');
  });
});

describe('a slow client', () => {
  const countOpen = async () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  const untilDisconnected = () => waitFor(async () => (await countOpen()) === 0, 'the end of the connection');

  it('is disconnected when it reads nothing', async () => {
    await listen({ slowClientMs: 500 }, (_, response) => response.end(ANSWER));
    const client = await connect();
    client.socket.pause();
    client.socket.write(getRequest('/'));
    await untilDisconnected();
  });

  it('is disconnected when it reads a few bytes from time to time', async () => {
    await listen({ slowClientMs: 500 }, (_, response) => response.end(ANSWER));
    const client = await connect();
    client.socket.pause();
    client.socket.write(getRequest('/'));
    const reading = setInterval(() => client.socket.read(10), 100);
    await untilDisconnected();
    clearInterval(reading);
  });

  const postRequest = (contentLength: number): string =>
    `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${contentLength}\r\n\r\n`;
  /** Sends pieces of the body until the connection ends or the body is complete. */
  async function send(client: Client, pieces: { count: number; bytes: number; everyMs: number }): Promise<void> {
    for (let sent = 0; sent < pieces.count && !client.isClosed(); sent += 1) {
      client.socket.write('x'.repeat(pieces.bytes));
      await new Promise((resolve) => setTimeout(resolve, pieces.everyMs));
    }
  }

  it('gets 408 when it sends its body byte by byte', async () => {
    await listen({ slowClientMs: 500 }, (request) => request.resume());
    const client = await connect(postRequest(1_000));
    await send(client, { count: 1_000, bytes: 1, everyMs: 50 });
    await untilClosed(client);
    expect(client.received()).toMatch(/^HTTP\/1.1 408 [^]*"code":"REQUEST_TIMEOUT"/);
  });

  it('gets its answer when a large body takes longer but the rate is sufficient', async () => {
    await listen({ slowClientMs: 1_000 }, (request, response) =>
      request.resume().on('end', () => response.end('complete')),
    );
    const client = await connect(postRequest(400_000));
    await send(client, { count: 40, bytes: 10_000, everyMs: 50 });
    await waitFor(async () => client.received().endsWith('complete'), 'the answer');
  });

  it('is disconnected when it got its answer but does not send the rest of its body', async () => {
    await listen({ slowClientMs: 500 }, (_, response) => response.writeHead(413).end('too large'));
    const client = await connect(`${postRequest(1_000_000)}${'x'.repeat(10)}`);
    await waitFor(async () => client.received().includes('too large'), 'the answer');
    await untilClosed(client);
  });

  it('is not disconnected while the handler does not read the body', async () => {
    let upload: http.IncomingMessage | undefined;
    await listen({ slowClientMs: 500 }, (request, response) => {
      upload = request;
      request.on('end', () => response.end('complete'));
    });
    const client = await connect(postRequest(400_000) + 'x'.repeat(400_000));
    await waitFor(async () => upload !== undefined, 'the request');
    const startedAt = performance.now();
    await waitFor(async () => performance.now() - startedAt > 1_500, 'more time than slow clients get');
    upload!.resume();
    await waitFor(async () => client.received().endsWith('complete'), 'the answer');
  });
});

describe('connections', () => {
  it('above the limit of an address are refused, and accepted again after another connection closes', async () => {
    await listen({ maxConnectionsPerAddress: 2 }, (_, response) => response.end('hello'));
    const [first] = [await connect(getRequest('/')), await connect()];
    const refused = await connect(getRequest('/'));
    await untilClosed(refused);
    expect(refused.received()).toMatch(/^HTTP\/1.1 429 [^]*retry-after: \d+[^]*"code":"RATE_LIMITED"/);
    first.socket.destroy();
    await waitFor(async () => {
      const next = await connect(getRequest('/'));
      await waitFor(async () => next.received() !== '' || next.isClosed(), 'an answer');
      return next.received().endsWith('hello');
    }, 'an accepted connection');
  });

  it('above the limit of the server are refused and reported', async () => {
    const refusals: unknown[] = [];
    await listen({ maxConnections: 1, onRefused: (answer) => refusals.push(answer) }, (_, response) =>
      response.end('hello'),
    );
    await connect();
    const refused = await connect();
    await untilClosed(refused);
    expect(refused.received()).toMatch(/^HTTP\/1.1 503 [^]*retry-after: \d+/);
    expect(refusals).toEqual([{ status: 503, code: 'SERVICE_UNAVAILABLE' }]);
  });

  it('of a proxy are not limited by address', async () => {
    await listen({ maxConnectionsPerAddress: 1, isProxy: (address) => address === '127.0.0.1' }, (_, response) =>
      response.end('hello'),
    );
    await connect();
    const second = await connect(getRequest('/'));
    await waitFor(async () => second.received().endsWith('hello'), 'an answer');
  });
});
