import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startGateway, type Gateway } from '@cordee/gateway/gateway';
import { TestServices } from '../test/test-services.ts';

let services: TestServices;
let gateway: Gateway;

beforeAll(async () => {
  services = await TestServices.start();
  gateway = await startGateway({ PORT: '0' }, services.processContext);
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

it('every service accepts an API token within its scopes until it is revoked (ORG-4, ACC-3)', async () => {
  const { organizationId, token: session } = await services.signUp('anna@example.ch');
  const other = await services.signUp('ben@example.ch');
  const created = await send(session, 'POST', '/v1/me/api-tokens', {
    organizationId,
    name: 'Backup',
    scopes: ['organization:read', 'team:read', 'product:read', 'right:*'],
  });
  expect(created.status).toBe(201);
  const { id, token } = created.body as { id: string; token: string };
  const get = async (path: string) => {
    const { status, body } = await send(token, 'GET', path);
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
    await get(`/v1/organizations/${other.organizationId}`),
  ]).toEqual([
    [403, 'API_TOKEN_SCOPE_MISSING'],
    [403, 'API_TOKEN_SCOPE_MISSING'],
    [404, 'NOT_FOUND'],
    [404, 'ORGANIZATION_NOT_FOUND'],
  ]);
  expect((await send(token, 'POST', `${organizationPath}/teams`, { name: 'Web' })).body).toMatchObject({
    code: 'API_TOKEN_SCOPE_MISSING',
    detail: 'the scope team:manage is required',
  });
  expect((await send(session, 'DELETE', `/v1/me/api-tokens/${id}`)).status).toBe(204);
  expect(await callServices()).toEqual([
    [401, 'API_TOKEN_INVALID'],
    [401, 'API_TOKEN_INVALID'],
    [401, 'API_TOKEN_INVALID'],
  ]);
});
