import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { serviceOf } from '@cordee/contracts/contract';
import { listProductTypes } from '@cordee/contracts/products/product-type';
import { encode } from '@cordee/messaging/reply';
import { waitFor } from '@cordee/testing/wait-for';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

let fixture: GatewayFixture;
let gateway: Gateway;
/** The stubbed service waits for this promise before it answers. Undefined: it answers at once. */
let releaseOfCalls: Promise<void> | undefined;
let startedCallCount = 0;

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  await fixture.bus.serve(listProductTypes.subject, serviceOf(listProductTypes), async () => {
    startedCallCount += 1;
    await releaseOfCalls;
    return encode({ output: { data: [], nextCursor: null } });
  });
});
beforeEach(async () => {
  releaseOfCalls = undefined;
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0' }, fixture.context);
});
afterAll(() => fixture.close());

interface Reply {
  status: number | undefined;
  connection: string | undefined;
}

const get = (path: string, agent?: http.Agent): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const request = http.get(gateway.url + path, agent ? { agent } : {}, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
    });
    request.on('error', reject);
  });

/** Sends a request that the stubbed service answers when `release` is called. */
async function startRequest(agent?: http.Agent): Promise<{ reply: Promise<Reply>; release: () => void }> {
  let release = (): void => {};
  releaseOfCalls = new Promise((resolve) => (release = resolve));
  const countBefore = startedCallCount;
  const reply = get('/v1/product-types', agent);
  await waitFor(async () => startedCallCount > countBefore, 'the running request');
  releaseOfCalls = undefined;
  return { reply, release };
}

it('a stopping gateway is not ready but answers, then refuses connections but completes running requests', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  expect(await get('/health/ready', agent)).toEqual({ status: 200, connection: 'keep-alive' });
  const earlierAgent = new http.Agent({ keepAlive: true });
  const earlierRequest = await startRequest(earlierAgent);
  gateway.reportNotReady();
  earlierRequest.release();
  expect(await earlierRequest.reply).toEqual({ status: 200, connection: 'close' });
  expect(await get('/health/ready')).toEqual({ status: 503, connection: 'close' });
  expect(await get('/v1/%zz', earlierAgent)).toEqual({ status: 400, connection: 'close' });
  // The connection of the first request is still open.
  expect(await get('/v1/product-types', agent)).toEqual({ status: 200, connection: 'close' });

  const runningRequest = await startRequest();
  const stopped = gateway.stop();
  await waitFor(
    async () =>
      get('/health/live').then(
        () => false,
        ({ code }: { code: string }) => code === 'ECONNREFUSED',
      ),
    'a refused connection',
  );
  runningRequest.release();
  expect(await runningRequest.reply).toEqual({ status: 200, connection: 'close' });
  await stopped;
  earlierAgent.destroy();
  agent.destroy();
});

it('a gateway that stops closes connections without a request and with a part of a request', async () => {
  const port = Number(new URL(gateway.url).port);
  const connections = [net.connect(port, '127.0.0.1'), net.connect(port, '127.0.0.1')];
  const closed = connections.map((connection) => once(connection, 'close'));
  await Promise.all(connections.map((connection) => once(connection, 'connect')));
  connections[1]!.write('GET /health/live HTTP/1.1\r\nHo');
  await get('/health/live');
  gateway.reportNotReady();
  await Promise.all([gateway.stop(), ...closed]);
});

it('a gateway that stops answers the requests that have arrived on idle connections', async () => {
  const connections = Array.from({ length: 10 }, () => net.connect(Number(new URL(gateway.url).port), '127.0.0.1'));
  const request = `GET /health/live HTTP/1.1\r\nHost: ${new URL(gateway.url).host}\r\n\r\n`;
  const firstReplies = connections.map((connection) => {
    connection.write(request);
    return once(connection, 'data');
  });
  await Promise.all(firstReplies);
  gateway.reportNotReady();
  for (const connection of connections) connection.write(request);
  const [replies] = await Promise.all([Promise.all(connections.map((connection) => text(connection))), gateway.stop()]);
  for (const reply of replies) expect(reply).toMatch(/^HTTP\/1.1 200 /);
});
