import { randomUUID } from 'node:crypto';
import { get as httpGet } from 'node:http';
import { connect } from 'node:net';
import { createSession, endSession } from '@cordee/contracts/identity/session';
import { newId } from '@cordee/contracts/id';
import type { Bus } from '@cordee/messaging/bus';
import { decode, encode } from '@cordee/messaging/reply';
import { ProcessContext } from '@cordee/service/process-context';
import { startQueueBoard, type QueueBoard } from '@cordee/service/queue-board';
import { createSigningKey, verificationKeyOf } from '@cordee/service/token-keys';
import { TrustedProxies } from '@cordee/service/trusted-proxies';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { signAccessToken } from '../sign-access-token.ts';
import { stubLeases } from '../stub-leases.ts';
import { serverUrl } from '../test-environment.ts';
import { waitFor } from '../wait-for.ts';

const passwords: Record<string, string> = {
  'staff@example.ch': 'staff: with a colon',
  'customer@example.ch': 'customer',
};
const signingKey = createSigningKey();
const signInEmails: string[] = [];
const endedSessionIds: string[] = [];
let processContext: ProcessContext;
let board: QueueBoard;
let url: string;
let options: Parameters<typeof startQueueBoard>[1];

/** Stubs the identity service for the board. */
async function answerAsIdentity(bus: Bus): Promise<void> {
  await bus.serve(
    endSession.subject,
    'identity',
    async ({ data }) => (
      endedSessionIds.push((decode(data) as { sessionId: string }).sessionId),
      encode({ output: {} })
    ),
  );
  await stubLeases(bus);
  await bus.serve(createSession.subject, 'identity', async ({ data }) => {
    const { email, password } = decode(data) as { email: string; password: string };
    signInEmails.push(email);
    if (email === 'away@example.ch')
      return encode({ error: { code: 'SERVICE_UNAVAILABLE', status: 503, title: 'away' } });
    if (passwords[email] !== password)
      return encode({ error: { code: 'SIGN_IN_FAILED', status: 401, title: 'wrong' } });
    const [accountId, sessionId] = [newId('acc', new Date()), newId('ses', new Date())];
    const accessToken = await signAccessToken(
      signingKey,
      accountId,
      { sid: sessionId, staff: email.startsWith('staff'), auth_time: 0 },
      processContext.clock.now(),
    );
    return encode({
      output: { sessionId, accountId, accessToken, accessTokenExpiresAt: new Date().toISOString(), refreshToken: 'r' },
    });
  });
}

beforeAll(async () => {
  processContext = await ProcessContext.open('test', {
    LOG_LEVEL: 'silent',
    CORDEE_VERSION: 'test',
    NATS_URL: undefined,
    CORDEE_MODE: 'demonstration',
    ACCESS_CACHE_MIB: 8,
    TOKEN_VERIFICATION_KEYS: { keys: [verificationKeyOf(signingKey)] },
  });
  await answerAsIdentity(await processContext.connect('identity'));
  const address = { redisUrl: serverUrl('REDIS_URL'), databaseUrl: undefined, prefix: randomUUID() };
  options = {
    host: '127.0.0.1',
    port: 0,
    services: ['renewals', 'reminders'],
    settings: {
      PUBLIC_URL: 'http://127.0.0.1:3000',
      QUEUE_BOARD_LIMIT_PER_MINUTE: 200,
      TRUSTED_PROXIES: TrustedProxies.parse('127.0.0.0/8'),
      ALLOWED_HOSTS: [],
    },
    address,
  };
  board = await startQueueBoard(processContext, options);
  url = (await board.listeningUrl)!;
});
afterAll(async () => {
  await board.stop();
  await processContext.close();
});

const basicCredentials = (email: string, password: string): string =>
  `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}`;
const staff = basicCredentials('staff@example.ch', passwords['staff@example.ch']!);
/** Each test has its own address, because wrong credentials are counted by address. */
let addressNumber = 0;
beforeEach(() => void (addressNumber += 1));
const request = (path: string, authorization?: string, method = 'GET'): Promise<Response> =>
  fetch(`${url}${path}`, {
    method,
    headers: { 'x-forwarded-for': `192.0.2.${addressNumber}`, ...(authorization ? { authorization } : {}) },
  });

describe('the queue board', () => {
  const paths = ['/', '/queue/renewals', '/api/queues', '/static/favicon-32x32.png', '/nothing'];

  it.each<[string, string | undefined]>([
    ['a request without credentials', undefined],
    ['a wrong password', basicCredentials('staff@example.ch', 'wrong')],
    ['a customer', basicCredentials('customer@example.ch', 'customer')],
    ['an unknown address', basicCredentials('nobody@example.ch', 'x')],
    ['no password', basicCredentials('staff@example.ch', '')],
    ['another scheme', 'Bearer abc'],
    ['malformed credentials', 'Basic %%%'],
  ])('rejects %s on all paths', async (_, authorization) => {
    const responses = await Promise.all(paths.map((path) => request(path, authorization)));
    expect(responses.map(({ status }) => status)).toEqual(paths.map(() => 401));
    expect(responses[0]!.headers.get('www-authenticate')).toContain('Basic');
  });

  it('shows the page and the queues to staff, and ends the session of the check', async () => {
    const page = await request('/', staff);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Cordée queues')]);
    const { queues } = (await (await request('/api/queues', staff)).json()) as {
      queues: { name: string; readOnlyMode: boolean }[];
    };
    expect(queues).toMatchObject([
      { name: 'renewals', readOnlyMode: true },
      { name: 'reminders', readOnlyMode: true },
    ]);
    expect(endedSessionIds.length).toBeGreaterThan(0);
  });

  it('does not sign in again for the other files of a page', async () => {
    // The previous test has signed in with these credentials.
    const signInsBefore = signInEmails.length;
    await Promise.all(paths.map((path) => request(path, staff)));
    expect(signInEmails.length).toBe(signInsBefore);
  });

  it.each(['PUT', 'POST', 'DELETE', 'PATCH'])('is read-only: %s is rejected for staff too', async (method) => {
    expect((await request('/api/queues/renewals/pause', staff, method)).status).toBe(405);
  });

  it('answers with status 503 while the identity service is unavailable', async () => {
    expect((await request('/', basicCredentials('away@example.ch', 'x'))).status).toBe(503);
  });

  it('refuses further credentials of an address after ten wrong ones, and serves other addresses', async () => {
    const signInsBefore = signInEmails.length;
    const guesses = Array.from({ length: 30 }, (_, index) =>
      request('/', basicCredentials('staff@example.ch', `guess ${index}`)),
    );
    const responses = await Promise.all(guesses);
    const refused = responses.filter(({ status }) => status === 429);
    expect([responses.length - refused.length, signInEmails.length - signInsBefore]).toEqual([10, 10]);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect([refused[0]!.headers.get('content-type'), await refused[0]!.json()]).toMatchObject([
      expect.stringContaining('application/problem+json'),
      { code: 'RATE_LIMITED' },
    ]);
    addressNumber += 1;
    expect((await request('/', staff)).status).toBe(200);
  });

  it('refuses an address with too many requests', async () => {
    const statuses = await Promise.all(Array.from({ length: 201 }, async () => (await request('/')).status));
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  });

  it('refuses the host name of another site', async () => {
    const status = await new Promise((resolve, reject) => {
      httpGet(url, { headers: { host: 'evil.example' } }, (response) => resolve(response.statusCode)).on(
        'error',
        reject,
      );
    });
    expect(status).toBe(421);
  });
});

it('a client has at most 50 connections', async () => {
  const { port } = new URL(url);
  // The proxies of this test are exempt, so the client is another address of this machine.
  const boardWithoutProxies = await startQueueBoard(processContext, {
    ...options,
    settings: { ...options.settings, TRUSTED_PROXIES: TrustedProxies.parse('') },
  });
  const directPort = Number(new URL((await boardWithoutProxies.listeningUrl)!).port);
  expect(directPort).not.toBe(Number(port));
  let closed = 0;
  const sockets = Array.from({ length: 60 }, () =>
    connect(directPort, '127.0.0.1')
      .on('error', () => undefined)
      .on('close', () => (closed += 1))
      .resume(),
  );
  await waitFor(async () => closed === 10, 'the end of the connections above the limit');
  for (const socket of sockets) socket.destroy();
  await boardWithoutProxies.stop();
});

it('a second board on the same port waits until the first one stops', async () => {
  const { port } = new URL(url);
  const second = await startQueueBoard(processContext, { ...options, port: Number(port) });
  let hasStarted = false;
  void second.listeningUrl.then(() => (hasStarted = true));
  expect((await request('/', staff)).status).toBe(200);
  expect(hasStarted).toBe(false);
  await board.stop();
  expect(await second.listeningUrl).toBe(url);
  board = second;
});

it('a board that stops while its port is in use gives up', async () => {
  const { port } = new URL(url);
  const second = await startQueueBoard(processContext, { ...options, port: Number(port) });
  await second.stop();
  expect(await second.listeningUrl).toBeUndefined();
});
