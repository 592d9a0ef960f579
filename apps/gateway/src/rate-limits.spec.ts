import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { serviceOf, type Contract } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { createSession, refreshSession } from '@cordee/contracts/identity/session';
import { listProductTypes } from '@cordee/contracts/products/product-type';
import { listTeams } from '@cordee/contracts/teams/team';
import { callHeaders } from '@cordee/messaging/call';
import { decode, encode } from '@cordee/messaging/reply';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

const LIMIT = 20;
const ORGANIZATION_LIMIT = 10;
const SIGN_IN_LIMIT = 4;
const settings = {
  CORDEE_MODE: 'test',
  PORT: '0',
  RATE_LIMIT_PER_MINUTE: String(LIMIT),
  ORGANIZATION_LIMIT_PER_MINUTE: String(ORGANIZATION_LIMIT),
  SIGN_IN_LIMIT_PER_MINUTE: String(SIGN_IN_LIMIT),
};
let fixture: GatewayFixture;
/** A gateway behind a proxy on this machine, so that a test chooses the addresses of its clients. */
let gateway: Gateway;
/** A gateway without a proxy. */
let directGateway: Gateway | undefined;
let tokenOf: (accountId: string) => Promise<string>;
let lastCallerAddress: string | undefined;
/** The organization of the members of the current test; each test has another one. */
let organizationId: string;

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  for (const contract of [listProductTypes, createSession, refreshSession] as Contract[])
    await fixture.bus.serve(contract.subject, serviceOf(contract), async ({ headers }) => {
      lastCallerAddress = headers[callHeaders.callerAddress];
      return encode({ output: contract.example.output });
    });
  await fixture.bus.serve(listTeams.subject, serviceOf(listTeams), async ({ data, headers }) => {
    const isMember = (headers[callHeaders.token] ?? '').length > 0 && !outsiderTokens.has(headers[callHeaders.token]!);
    const isFound = isMember && (decode(data) as { organizationId: string }).organizationId === organizationId;
    return encode(
      isFound
        ? { output: listTeams.example.output }
        : { error: { code: 'ORGANIZATION_NOT_FOUND', status: 404, title: 'x' } },
    );
  });
  gateway = await startGateway({ ...settings, TRUSTED_PROXIES: '127.0.0.0/8' }, fixture.context);
  tokenOf = (accountId) => fixture.sign(accountId, { sid: newId('ses', new Date()), auth_time: 0 });
});
beforeEach(() => void (organizationId = newId('org', new Date())));
afterAll(async () => {
  await directGateway?.stop();
  await gateway.stop();
  await fixture.close();
});

/** Tokens of people who belong to no organization. */
const outsiderTokens = new Set<string>();
const newToken = (): Promise<string> => tokenOf(newId('acc', new Date()));
const newOutsiderToken = async (): Promise<string> => {
  const token = await newToken();
  outsiderTokens.add(token);
  return token;
};
let addressCount = 0;
const newAddress = (): string => `198.51.100.${(addressCount += 1)}`;

interface Client {
  address?: string;
  token?: string;
  url?: string;
}
async function send(method: string, path: string, { address, token, url = gateway.url }: Client): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: {
      ...(address ? { 'x-forwarded-for': address } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
    ...(method === 'POST' ? { body: JSON.stringify(createSession.example.input) } : {}),
  });
}
const get = async (path: string, client: Client): Promise<number> => (await send('GET', path, client)).status;
/** Sends the requests one after the other. Returns how many were not refused. */
async function countAccepted(count: number, call: (index: number) => Promise<number>): Promise<number> {
  let acceptedCount = 0;
  for (let index = 0; index < count; index += 1) if ((await call(index)) !== 429) acceptedCount += 1;
  return acceptedCount;
}
const PRODUCT_TYPES_PATH = '/v1/product-types';

describe('the limit of an address', () => {
  it('counts the clients behind a trusted proxy separately', async () => {
    const [first, second] = [newAddress(), newAddress()];
    expect(await countAccepted(LIMIT + 3, () => get(PRODUCT_TYPES_PATH, { address: first }))).toBe(LIMIT);
    expect(await get(PRODUCT_TYPES_PATH, { address: second })).toBe(200);
  });

  it('ignores the header of a client that is no trusted proxy', async () => {
    directGateway = await startGateway(settings, fixture.context);
    const { url } = directGateway;
    expect(await countAccepted(LIMIT + 3, () => get(PRODUCT_TYPES_PATH, { address: newAddress(), url }))).toBe(LIMIT);
  });

  it('ignores the part of the header that the client has written', async () => {
    const address = newAddress();
    const forged = (index: number): string => `203.0.113.${index}, ${address}`;
    expect(await countAccepted(LIMIT + 3, (index) => get(PRODUCT_TYPES_PATH, { address: forged(index) }))).toBe(LIMIT);
  });

  it('counts the addresses of an IPv6 /64 network together', async () => {
    const clientInNetwork = (index: number): Client => ({ address: `2001:db8:1:2::${index + 1}` });
    expect(await countAccepted(LIMIT + 3, (index) => get(PRODUCT_TYPES_PATH, clientInNetwork(index)))).toBe(LIMIT);
    expect(await get(PRODUCT_TYPES_PATH, { address: '2001:db8:1:3::1' })).toBe(200);
  });

  it('counts public requests with different tokens together', async () => {
    const address = newAddress();
    const tokens = await Promise.all(Array.from({ length: LIMIT + 3 }, newToken));
    expect(await countAccepted(LIMIT + 3, (index) => get(PRODUCT_TYPES_PATH, { address, token: tokens[index]! }))).toBe(
      LIMIT,
    );
  });

  it.each(['/health-anything', '/health/other'])('counts requests to %s', async (path) => {
    const address = newAddress();
    expect(await countAccepted(LIMIT + 3, () => get(path, { address }))).toBe(LIMIT);
  });

  it('counts requests to paths that cannot be decoded', async () => {
    const paths = ['/v1/%zz', '/%'];
    expect(await countAccepted(LIMIT + 3, (index) => get(paths[index % 2]!, {}))).toBe(LIMIT);
  });

  it('does not count GET requests for the health', async () => {
    const address = newAddress();
    expect(await countAccepted(LIMIT + 3, () => get('/health/live', { address }))).toBe(LIMIT + 3);
    const post = async () => (await send('POST', '/health/live', { address })).status;
    expect(await countAccepted(LIMIT + 3, post)).toBe(LIMIT);
  });

  it('counts requests to unknown paths', async () => {
    const address = newAddress();
    expect(await countAccepted(LIMIT + 3, () => get('/nothing', { address }))).toBe(LIMIT);
  });
});

describe('sign-in', () => {
  const signIn = (client: Client): Promise<Response> => send('POST', '/v1/sessions', client);

  it('has a smaller limit per address, also when each request has another token', async () => {
    const address = newAddress();
    const tokens = await Promise.all(Array.from({ length: SIGN_IN_LIMIT + 2 }, newToken));
    const call = async (index: number) => (await signIn({ address, token: tokens[index]! })).status;
    expect(await countAccepted(SIGN_IN_LIMIT + 2, call)).toBe(SIGN_IN_LIMIT);
    const refused = await signIn({ address });
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
  });

  it('has a limit that does not count the refresh of sessions', async () => {
    const address = newAddress();
    const refresh = async () => (await send('POST', '/v1/sessions/refresh', { address })).status;
    expect(await countAccepted(SIGN_IN_LIMIT + 2, refresh)).toBe(SIGN_IN_LIMIT + 2);
  });

  it('passes the address of the client to identity, also when the request has a token', async () => {
    const address = newAddress();
    await signIn({ address, token: await newToken() });
    expect(lastCallerAddress).toBe(address);
  });
});

describe('an organization', () => {
  const listTeamsOf = (token: string): Promise<number> =>
    get(`/v1/organizations/${organizationId}/teams`, { token, address: '198.51.100.250' });

  it('has a limit that its members share', async () => {
    const [first, second] = [await newToken(), await newToken()];
    // The first request of a member is not counted: it proves the membership.
    expect(await countAccepted(ORGANIZATION_LIMIT + 1, () => listTeamsOf(first))).toBe(ORGANIZATION_LIMIT + 1);
    expect(await listTeamsOf(second)).toBe(200);
    const refused = await send('GET', `/v1/organizations/${organizationId}/teams`, { token: second });
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
  });

  it('has a limit that does not count the requests of outsiders', async () => {
    const [member, outsider] = [await newToken(), await newOutsiderToken()];
    expect(await listTeamsOf(member)).toBe(200);
    expect(await countAccepted(ORGANIZATION_LIMIT + 5, () => listTeamsOf(outsider))).toBe(ORGANIZATION_LIMIT + 5);
    expect(await countAccepted(ORGANIZATION_LIMIT, () => listTeamsOf(member))).toBe(ORGANIZATION_LIMIT);
  });
});

describe('a request', () => {
  const statusOf = (path: string, host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { host, 'x-forwarded-for': newAddress() };
      httpRequest(`${gateway.url}${path}`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });

  it.each([
    ['/docs', 'evil.example', 421],
    ['/docs/start.js', 'evil.example:3000', 421],
    ['/openapi.json', 'gateway:3000', 200],
    ['/transfer', 'localhost.evil.example', 421],
    ['/confirm', 'evil.example', 421],
    ['/docs', 'localhost:3000', 200],
    ['/docs', '127.0.0.1:3000', 200],
    ['/docs', '[::1]:3000', 200],
    [PRODUCT_TYPES_PATH, 'api.internal', 200],
    ['/health/live', 'gateway', 200],
  ])('for %s under the host name %s gets %i', async (path, host, status) => {
    expect(await statusOf(path, host)).toBe(status);
  });
});

it('the gateway does not start with a wrong TRUSTED_PROXIES, and the error names the wrong entry', async () => {
  await expect(startGateway({ ...settings, TRUSTED_PROXIES: '10.0.0.1,proxy' }, fixture.context)).rejects.toThrow(
    'TRUSTED_PROXIES: "proxy" is neither an IP address nor a network',
  );
});
