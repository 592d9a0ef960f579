import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createServiceToken } from '@cordee/contracts/identity/service-token';
import { startGateway, type Gateway } from '@cordee/gateway/gateway';
import { TestServices, type SignedIn } from '../test/test-services.ts';
import { services as allServices } from './services.ts';

let services: TestServices;
let gateway: Gateway;
let staff: SignedIn;
let anna: SignedIn;
let ben: SignedIn;

beforeAll(async () => {
  services = await TestServices.start(
    allServices.filter(({ name }) => ['identity', 'teams', 'products', 'billing'].includes(name)),
    { STAFF_EMAILS: 'staff@example.ch' },
  );
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0' }, services.processContext);
  staff = await services.signUp('staff@example.ch');
  anna = await services.signUp('anna@example.ch');
  ben = await services.signUp('ben@example.ch');
}, 120_000);
afterAll(async () => {
  await gateway.stop();
  await services.stop();
}, 30_000);

async function send(bearer: string, method: string, path: string, body?: object) {
  const response = await fetch(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${bearer}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
}

/** Returns the status of a GET request and, after an error, its code. */
async function get(token: string, path: string): Promise<[number, unknown]> {
  const { status, body } = await send(token, 'GET', path);
  return [status, body['code']];
}

const pathOf = ({ organizationId }: SignedIn, rest = ''): string => `/v1/organizations/${organizationId}${rest}`;

async function createToken(input: object): Promise<{ id: string; token: string }> {
  const { status, body } = await send(staff.token, 'POST', '/v1/staff/service-tokens', { name: 'Warehouse', ...input });
  expect(status).toBe(201);
  return body as { id: string; token: string };
}

it('a service token reads all organizations within its scopes, and each use is on record', async () => {
  const { id, token } = await createToken({ scopes: ['document:read', 'member:read'], organizationIds: null });
  expect(await get(token, pathOf(anna, '/documents'))).toEqual([200, undefined]);
  const { body } = await send(token, 'GET', pathOf(ben, '/members'));
  expect(body['data']).toMatchObject([{ accountId: ben.accountId, email: 'ben@example.ch', isBlocked: false }]);
  expect([
    await get(token, pathOf(anna, '/products')),
    await get(token, '/v1/me'),
    await get(token, '/v1/staff/service-tokens'),
    await get(token, '/v1/organizations/org_01je5nryg0fgz9y05x3mqpmjrg/members'),
  ]).toEqual([
    [403, 'API_TOKEN_SCOPE_MISSING'],
    [403, 'API_TOKEN_SCOPE_MISSING'],
    [404, 'NOT_FOUND'],
    [404, 'ORGANIZATION_NOT_FOUND'],
  ]);
  expect((await send(token, 'POST', pathOf(anna, '/teams'), { name: 'Web' })).body).toMatchObject({
    code: 'API_TOKEN_SCOPE_MISSING',
  });
  const uses = await send(staff.token, 'GET', `/v1/staff/service-tokens/${id}/uses`);
  expect(uses.body).toMatchObject({
    data: [
      { organizationId: ben.organizationId, subject: 'rpc.identity.member.list.v1' },
      { organizationId: anna.organizationId, subject: 'rpc.billing.document.list.v1' },
    ],
    nextCursor: null,
  });
  const { body: list } = await send(staff.token, 'GET', '/v1/staff/service-tokens');
  expect(list['data']).toMatchObject([
    { id, prefix: token.slice(0, token.lastIndexOf('_')), createdBy: staff.accountId, lastUsedAt: expect.any(String) },
  ]);
  expect(JSON.stringify(list)).not.toContain(token);
});

it('a service token for one organization does not see another organization', async () => {
  const { token } = await createToken({ scopes: ['organization:read'], organizationIds: [anna.organizationId] });
  expect([await get(token, pathOf(anna)), await get(token, pathOf(ben))]).toEqual([
    [200, undefined],
    [404, 'ORGANIZATION_NOT_FOUND'],
  ]);
});

it('only staff with a recent sign-in can create service tokens', async () => {
  const input = { name: 'Mine', scopes: ['document:read'], organizationIds: null };
  expect((await send(anna.token, 'POST', '/v1/staff/service-tokens', input)).body).toMatchObject({ code: 'NOT_FOUND' });
  expect(createServiceToken.requiresRecentSignIn).toBe(true);
});

it('a revoked or expired service token is refused at once', async () => {
  const revoked = await createToken({ scopes: ['organization:read'], organizationIds: null });
  const expired = await createToken({ scopes: ['organization:read'], organizationIds: null, expiresInDays: 1 });
  for (const { token } of [revoked, expired]) expect(await get(token, pathOf(anna))).toEqual([200, undefined]);
  expect((await send(staff.token, 'DELETE', `/v1/staff/service-tokens/${revoked.id}`)).status).toBe(204);
  expect(await get(revoked.token, pathOf(anna))).toEqual([401, 'API_TOKEN_INVALID']);
  services.processContext.clock.setOffset(services.processContext.clock.offset + 86_400_000);
  expect(await get(expired.token, pathOf(anna))).toEqual([401, 'API_TOKEN_INVALID']);
});
