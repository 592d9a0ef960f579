import http from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { HttpClient } from './http-client.mjs';

let server, url, client, openCount, maxOpenCount;
/** The responses to `/no-answer`, which stay open until the end of the test. */
let openResponses = [];
beforeAll(async () => {
  server = http.createServer((request, response) => {
    maxOpenCount = Math.max(maxOpenCount, (openCount += 1));
    response.on('close', () => (openCount -= 1));
    if (request.url === '/reset') return request.socket.destroy();
    if (request.url === '/no-answer') return openResponses.push(response);
    request.pipe(response.writeHead(201, { 'x-method': request.method }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}`;
});
afterEach(() => {
  for (const response of openResponses.splice(0)) response.end();
  client.close();
});
afterAll(() => server.close());

const openClient = (connections) => {
  [openCount, maxOpenCount] = [0, 0];
  client = new HttpClient(url, { connections });
};
const send = (path, { deadlineMs = 5_000, ...options } = {}) =>
  client.send({ method: 'POST', path, headers: {}, ...options }, performance.now() + deadlineMs);

describe('the HTTP client', () => {
  test('returns status, headers and text', async () => {
    openClient(1);
    const { status, headers, text } = await send('/', { body: 'réunion' });
    expect([status, headers['x-method'], text]).toEqual([201, 'POST', 'réunion']);
  });

  test('sends to an IPv6 address', async () => {
    const ipv6Server = http.createServer((_, response) => response.end('six'));
    await new Promise((resolve) => ipv6Server.listen(0, '::1', resolve));
    client = new HttpClient(`http://[::1]:${ipv6Server.address().port}`, { connections: 1 });
    expect((await send('/')).text).toBe('six');
    await new Promise((resolve) => ipv6Server.close(resolve));
  });

  test('opens at most the allowed connections and sends all requests', async () => {
    openClient(3);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => send('/', { body: String(index) })));
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 50 }, (_, index) => String(index)));
    expect(maxOpenCount).toBeLessThanOrEqual(3);
  });

  test('fails requests at their deadline, also waiting requests, and then sends the next request', async () => {
    openClient(1);
    const results = await Promise.allSettled([
      send('/no-answer', { deadlineMs: 50 }),
      send('/', { deadlineMs: 50 }),
      send('/', { body: 'later' }),
    ]);
    expect(results.map(({ reason, value }) => reason?.code ?? value.text)).toEqual(['TIMEOUT', 'TIMEOUT', 'later']);
  });

  test('reports a closed connection and then sends the next request', async () => {
    openClient(1);
    await expect(send('/reset')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await send('/', { body: 'again' })).text).toBe('again');
  });
});
