import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

let fixture: GatewayFixture;
let gateway: Gateway;

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0' }, fixture.context);
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

/** Sends lines on a connection and returns the answer. */
async function send(...lines: string[]): Promise<{ status: number; body: string; head: string }> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write([...lines, 'connection: close', '', ''].join('\r\n'));
  const [head, body] = (await text(socket)).split('\r\n\r\n', 2) as [string, string];
  return { status: Number(head.split(' ')[1]), body, head: head.toLowerCase() };
}

it.each(['/health/live', '/v1/teams', '/docs'])(
  'HTTP/1.1 without a Host header gets 400 as a problem: %s',
  async (path) => {
    const { status, body, head } = await send(`GET ${path} HTTP/1.1`);
    expect(status).toBe(400);
    expect(head).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ code: 'INPUT_NOT_PARSEABLE', status: 400, instance: path });
  },
);

it.each(['/%', '/v1/teams/%c3', '/docs/%zz', 'http://host/%zz', 'http:///x'])(
  'a path that cannot be decoded gets 400 as a problem: %s',
  async (path) => {
    const { status, body, head } = await send(`GET ${path} HTTP/1.1`, 'host: other.example');
    expect([status, JSON.parse(body)]).toMatchObject([400, { code: 'INPUT_NOT_PARSEABLE', instance: path }]);
    expect(head).toContain('x-request-id: ');
  },
);

it.each(['/health/live?q=%zz', '/health/l%69ve', 'http://127.0.0.1/health/live'])(
  'a path that can be decoded is answered: %s',
  async (path) => {
    expect((await send(`GET ${path} HTTP/1.1`, 'host: 127.0.0.1')).status).toBe(200);
  },
);

it('HTTP/1.0 needs no Host header', async () => {
  expect((await send('GET /health/live HTTP/1.0')).status).toBe(200);
});

it('an unknown expectation is ignored', async () => {
  expect((await send('GET /health/live HTTP/1.1', 'host: 127.0.0.1', 'expect: a cake')).status).toBe(200);
});

it('headers that are too large get 431 as a problem', async () => {
  const { status, body } = await send('GET /health/live HTTP/1.1', 'host: 127.0.0.1', `cookie: ${'a'.repeat(20_000)}`);
  expect([status, JSON.parse(body).code]).toEqual([431, 'HEADERS_TOO_LARGE']);
});

it('input that is not HTTP gets 400 as a problem', async () => {
  const { status, body } = await send('how are you?');
  expect([status, JSON.parse(body).code]).toEqual([400, 'INPUT_NOT_PARSEABLE']);
});
