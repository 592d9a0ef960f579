import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@cordee/contracts/id';
import { confirmSignUp, getSignUpMail, requestSignUp } from '@cordee/contracts/identity/account';
import { createSession } from '@cordee/contracts/identity/session';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { startGateway, type Gateway } from '@cordee/gateway/gateway';
import { identityService } from '@cordee/identity/identity.service';
import { productsService } from '@cordee/products/products.service';
import { ProcessParts } from '@cordee/service/process-parts';
import { ServiceHost } from '@cordee/service/service-host';
import { teamsService } from '@cordee/teams/teams.service';
import { createTestDatabase } from '@cordee/testing/test-database';
import { serverUrl } from '@cordee/testing/test-environment';
import { Client } from 'pg';

const password = 'a rope, a harness and a helmet';
let parts: ProcessParts;
let gateway: Gateway;
let identity: Client;
const hosts: ServiceHost[] = [];
const drops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  parts = await ProcessParts.open('test', { LOG_LEVEL: 'error', NATS_URL: undefined, CORDEE_MODE: 'test', NODE_ENV: 'test', ACCESS_COPY_MIB: 64 });
  await parts.startTogether(async () => {
    for (const service of [identityService, teamsService, productsService]) {
      const urls = await createTestDatabase(service.name, service.migrations);
      drops.push(() => urls.drop());
      if (service === identityService) identity = new Client({ connectionString: urls.owner });
      hosts.push(await ServiceHost.start(service, { CORDEE_MODE: 'test', LOG_LEVEL: 'error', DATABASE_URL: urls.runtime, REDIS_URL: serverUrl('REDIS_URL'), QUEUE_PREFIX: newId('job', new Date()), IDENTITY_SECRET: 'a secret of the test installation, long enough' }, parts));
    }
  });
  await identity.connect();
  gateway = await startGateway({ PORT: '0' }, parts);
}, 120_000);
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
  await gateway.stop();
  await parts.close();
  await identity.end();
  for (const drop of drops) await drop();
}, 30_000);

/** Signs up and signs in. */
async function enter(email: string): Promise<{ organizationId: string; session: string }> {
  const rpc = new RpcClient(await parts.connect('gateway'), 'gateway');
  await rpc.call(requestSignUp, { email, password, name: 'Anna Keller' });
  const { rows } = await identity.query<{ id: string }>(`select body -> 'data' ->> 'signUpId' as id from outbox where subject like '%sign_up.requested%' order by id desc limit 1`);
  const { token } = await rpc.call(getSignUpMail, { signUpId: rows[0]!.id });
  const { organizationId } = await rpc.call(confirmSignUp, { token: token! });
  return { organizationId, session: (await rpc.call(createSession, { email, password })).accessToken };
}

async function http(bearer: string, method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, string> }> {
  const response = await fetch(gateway.url + path, { method, headers: { authorization: `Bearer ${bearer}`, ...(body ? { 'content-type': 'application/json' } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await response.text();
  return { status: response.status, body: text ? (JSON.parse(text) as Record<string, string>) : {} };
}

it('a program acts with an API token as far as its scopes go, at every service, until it is revoked (ORG-4, ACC-3)', async () => {
  const { organizationId, session } = await enter('anna@example.ch');
  const other = await enter('ben@example.ch');
  const made = await http(session, 'POST', '/v1/me/api-tokens', { organizationId, name: 'Backup', scopes: ['organization:read', 'team:read', 'product:read', 'right:*'] });
  expect(made.status).toBe(201);
  const { id, token } = made.body as { id: string; token: string };
  const get = async (path: string) => {
    const { status, body } = await http(token, 'GET', path);
    return [status, body['code']];
  };
  const own = `/v1/organizations/${organizationId}`;
  const answers = async () => [await get(own), await get(`${own}/teams`), await get(`${own}/products`)];
  expect(await answers()).toEqual([[200, undefined], [200, undefined], [200, undefined]]);
  expect([await get(`${own}/members`), await get('/v1/me/sessions'), await get('/v1/staff/product-types'), await get(`/v1/organizations/${other.organizationId}`)]).toEqual([
    [403, 'API_TOKEN_SCOPE_MISSING'], [403, 'API_TOKEN_SCOPE_MISSING'], [404, 'NOT_FOUND'], [404, 'ORGANIZATION_NOT_FOUND'],
  ]);
  expect((await http(token, 'POST', `${own}/teams`, { name: 'Web' })).body).toMatchObject({ code: 'API_TOKEN_SCOPE_MISSING', detail: 'it takes the scope team:manage' });
  expect((await http(session, 'DELETE', `/v1/me/api-tokens/${id}`)).status).toBe(204);
  expect(await answers()).toEqual([[401, 'API_TOKEN_INVALID'], [401, 'API_TOKEN_INVALID'], [401, 'API_TOKEN_INVALID']]);
});
