import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startGateway, type Gateway } from '@cordee/gateway/gateway';
import { TestServices } from '../test/test-services.ts';

let services: TestServices;
let gateway: Gateway;

beforeAll(async () => {
  services = await TestServices.start();
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0' }, services.processContext);
}, 120_000);
afterAll(async () => {
  await gateway.stop();
  await services.stop();
}, 30_000);

async function send(
  bearer: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Record<string, string> }> {
  const response = await fetch(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${bearer}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text ? (JSON.parse(text) as Record<string, string>) : {} };
}

it('services accept an API token within its scopes until the token is revoked (ORG-4, ACC-3)', async () => {
  const { organizationId, token: sessionToken } = await services.signUp('anna@example.ch');
  const otherOwner = await services.signUp('ben@example.ch');
  const created = await send(sessionToken, 'POST', '/v1/me/api-tokens', {
    organizationId,
    name: 'Backup',
    scopes: ['organization:read', 'team:read', 'product:read', 'right:*'],
  });
  expect(created.status).toBe(201);
  const { id, token: apiToken } = created.body as { id: string; token: string };
  /** Returns the status and, after an error, its code. */
  const get = async (path: string) => {
    const { status, body } = await send(apiToken, 'GET', path);
    return [status, body['code']];
  };
  const organizationPath = `/v1/organizations/${organizationId}`;
  const callServices = async () => [
    await get(organizationPath),
    await get(`${organizationPath}/teams`),
    await get(`${organizationPath}/products`),
  ];
  expect(await callServices()).toEqual([
    [200, undefined],
    [200, undefined],
    [200, undefined],
  ]);
  expect([
    await get(`${organizationPath}/members`),
    await get('/v1/me/sessions'),
    await get('/v1/staff/product-types'),
    await get(`/v1/organizations/${otherOwner.organizationId}`),
  ]).toEqual([
    [403, 'API_TOKEN_SCOPE_MISSING'],
    [403, 'API_TOKEN_SCOPE_MISSING'],
    [404, 'NOT_FOUND'],
    [404, 'ORGANIZATION_NOT_FOUND'],
  ]);
  expect((await send(apiToken, 'POST', `${organizationPath}/teams`, { name: 'Web' })).body).toMatchObject({
    code: 'API_TOKEN_SCOPE_MISSING',
    detail: 'the scope team:manage is required',
  });
  expect((await send(sessionToken, 'DELETE', `/v1/me/api-tokens/${id}`)).status).toBe(204);
  expect(await callServices()).toEqual([
    [401, 'API_TOKEN_INVALID'],
    [401, 'API_TOKEN_INVALID'],
    [401, 'API_TOKEN_INVALID'],
  ]);
});
