import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { contracts } from '@cordee/contracts/catalogue';
import { encode } from '@cordee/messaging/reply';
import { serviceOf } from '@cordee/contracts/contract';
import { waitFor } from '@cordee/testing/wait-for';
import net from 'node:net';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

const ORGANIZATION = 'org_01je5nryg0fgz9y05x3mqpmjrg';
const TOKEN_ID = 'tok_01je5nryg0fgz9y05x3mqpmjrg';
let fixture: GatewayFixture;
let gateway: Gateway;
let logLines: string[] = [];

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  const output = new Writable({
    write: (line: Buffer, _, done) => {
      logLines.push(line.toString());
      done();
    },
  });
  const context = Object.create(fixture.context, {
    logOf: { value: (service: string) => pino({ level: 'info', base: { service } }, output) },
  });
  const listTeams = contracts.get('listTeams')!;
  await fixture.bus.serve(listTeams.subject, serviceOf(listTeams), async () =>
    encode({ output: { data: [], nextCursor: null } }),
  );
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0', SLOW_CLIENT_MS: '60000' }, context);
});
afterEach(() => {
  logLines = [];
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

async function nextRequestLine(): Promise<Record<string, unknown>> {
  const isRequest = (line: string): boolean => line.includes('"msg":"request"');
  await waitFor(async () => logLines.some(isRequest), 'a line of a request');
  return JSON.parse(logLines.find(isRequest)!);
}

describe('a request', () => {
  it('is logged with route, status, duration, organization, caller and trace', async () => {
    const token = await fixture.sign('acc_01je5nryg0fgz9y05x3mqpmjrg', {
      sid: 'ses_01je5nryg0fgz9y05x3mqpmjrg',
      auth_time: 0,
    });
    const response = await fetch(`${gateway.url}/v1/organizations/${ORGANIZATION}/teams?limit=7`, {
      headers: {
        authorization: `Bearer ${token}`,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        'x-request-id': 'req-1',
      },
    });
    await response.text();
    expect(await nextRequestLine()).toMatchObject({
      service: 'gateway',
      method: 'GET',
      route: '/v1/organizations/:organizationId/teams',
      status: 200,
      ms: expect.any(Number),
      organizationId: ORGANIZATION,
      caller: 'person',
      requestId: 'req-1',
      traceId: '0af7651916cd43dd8448eb211c80319c',
    });
    expect(logLines.join('')).not.toMatch(new RegExp(`${token}|limit`));
  });

  it('that is refused is logged with the code of the problem, without input and secrets', async () => {
    const response = await fetch(`${gateway.url}/v1/sessions?secret=in-query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer secret-in-header' },
      body: JSON.stringify({ email: 'secret@example.net', password: 'secret-in-body', other: 1 }),
    });
    await response.text();
    expect(await nextRequestLine()).toMatchObject({ route: '/v1/sessions', status: 422, code: 'INPUT_INVALID' });
    expect(logLines.join('')).not.toContain('secret');
  });

  it.each([
    ['/v1/nothing/secret', 404],
    ['/v1/%zz', 400],
  ])('to an unknown or malformed path (%s) is logged without the path', async (path, status) => {
    await (await fetch(gateway.url + path)).text();
    expect(await nextRequestLine()).toMatchObject({ route: 'unknown', status });
    expect(logLines.join('')).not.toMatch(/nothing|%zz/);
  });

  it.each([
    ['api_token', 'acc_01je5nryg0fgz9y05x3mqpmjrg', { sid: TOKEN_ID, org: ORGANIZATION }],
    ['service_token', TOKEN_ID, { orgs: null }],
  ])('with a token is logged with the kind of the token: %s', async (caller, subject, claims) => {
    const token = await fixture.sign(subject, { ...claims, scopes: ['team:read'] });
    const response = await fetch(`${gateway.url}/v1/organizations/${ORGANIZATION}/teams`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await response.text();
    expect(await nextRequestLine()).toMatchObject({ status: 200, caller });
  });

  it('that is not HTTP is logged with status and code, and counted as a problem', async () => {
    const registry = new Registry();
    gateway.metrics.register(registry);
    const socket = net.connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.end('FOO /v1/me HTTP/1.1\r\nhost: secret\r\n\r\n');
    await text(socket);
    await waitFor(async () => logLines.length > 0, 'a line');
    expect(JSON.parse(logLines[0]!)).toMatchObject({
      status: 400,
      code: 'INPUT_NOT_PARSEABLE',
      caller: 'anonymous',
      msg: 'broken request',
    });
    expect(logLines.join('')).not.toContain('secret');
    expect(await registry.metrics()).toMatch(/cordee_http_problems_total\{code="INPUT_NOT_PARSEABLE"\} \d/);
  });

  it('whose client has closed the connection is logged as aborted, with status 499', async () => {
    const { port } = new URL(gateway.url);
    const socket = net.connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    );
    await new Promise((resolve) => socket.once('connect', resolve));
    await waitFor(async () => {
      socket.destroy();
      return logLines.length > 0;
    }, 'a line');
    expect(await nextRequestLine()).toMatchObject({ route: '/v1/sessions', status: 499, isAborted: true });
  });
});

it('the metrics count requests by route and status, and problems by code', async () => {
  const registry = new Registry();
  gateway.metrics.register(registry);
  await (await fetch(`${gateway.url}/v1/me`)).text();
  await waitFor(async () => (await registry.metrics()).includes('route="/v1/me",status="401"'), 'the request');
  const metrics = await registry.metrics();
  expect(metrics).toMatch(/cordee_http_problems_total\{code="SIGN_IN_REQUIRED"\} \d/);
  expect(metrics).toMatch(/cordee_http_request_duration_seconds_count\{method="GET",route="unknown",status="404"\} 1/);
});
