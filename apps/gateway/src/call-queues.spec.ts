import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { serviceOf } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { listMembers } from '@cordee/contracts/identity/member';
import { listTeams } from '@cordee/contracts/teams/team';
import { decode, encode } from '@cordee/messaging/reply';
import { waitFor } from '@cordee/testing/wait-for';
import { Registry } from 'prom-client';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { CallQueues } from './call-queues.ts';
import { startGateway, type Gateway } from './gateway.ts';

const CONSOLE = 'https://console.example.net';
let gateway: Gateway;
let fixture: GatewayFixture;
let sign: (account: string) => Promise<string>;
let runningCallCount = 0;
let releaseCalls: () => void;
const callsReleased = new Promise<void>((resolve) => (releaseCalls = resolve));
let releaseMemberCalls: () => void;
const memberCallsReleased = new Promise<void>((resolve) => (releaseMemberCalls = resolve));
/** Calls of this organization succeed at once. Calls of other organizations wait for `releaseCalls` and then fail. */
const ownOrganizationId = newId('org', new Date());

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  await fixture.bus.serve(listTeams.subject, serviceOf(listTeams), async ({ data }) => {
    const { organizationId } = decode(data) as { organizationId: string };
    if (organizationId !== ownOrganizationId) {
      runningCallCount += 1;
      await callsReleased;
      return encode({ error: { code: 'ORGANIZATION_NOT_FOUND', status: 404, title: 'x' } });
    }
    return encode({ output: listTeams.example.output });
  });
  await fixture.bus.serve(listMembers.subject, serviceOf(listMembers), async ({ data }) => {
    const { organizationId } = decode(data) as { organizationId: string };
    if (organizationId !== ownOrganizationId) await memberCallsReleased;
    return encode({ output: listMembers.example.output });
  });
  gateway = await startGateway(
    { CORDEE_MODE: 'test', PORT: '0', MAX_RUNNING_CALLS: '4', CORS_ORIGINS: CONSOLE },
    fixture.context,
  );
  sign = (account) => fixture.sign(account, { sid: newId('ses', new Date()), auth_time: 0 });
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

it('one account that names organizations to which it does not belong leaves places for other accounts', async () => {
  const outsider = await sign(newId('acc', new Date()));
  const get = async (organizationId: string, token: string): Promise<number> =>
    (
      await fetch(`${gateway.url}/v1/organizations/${organizationId}/teams`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;
  const calls = Array.from({ length: 4 }, () => get(newId('org', new Date()), outsider));
  // One caller gets at most three of the four places.
  await waitFor(async () => runningCallCount === 3, 'three running calls of the outsider');
  const status = await get(ownOrganizationId, await sign(newId('acc', new Date())));
  releaseCalls();
  await Promise.all(calls);
  expect(status).toBe(200);
});

it('refuses the calls of a busy caller at once in overload, while calls of other callers run', async () => {
  const [busy, other] = [await sign(newId('acc', new Date())), await sign(newId('acc', new Date()))];
  const get = (organizationId: string, token: string): Promise<Response> =>
    fetch(`${gateway.url}/v1/organizations/${organizationId}/members`, {
      headers: { authorization: `Bearer ${token}`, origin: CONSOLE },
    });
  await get(ownOrganizationId, busy);
  await get(ownOrganizationId, other);
  const answered: boolean[] = [];
  const sendBusy = async (index: number): Promise<Response> => {
    const response = await get(newId('org', new Date()), busy);
    answered[index] = true;
    return response;
  };
  const calls: Promise<Response>[] = [];
  // A call is refused at once when its answer comes before the answer of an earlier call.
  const refusedIndex = await waitFor(async () => {
    for (let count = 0; count < 10; count += 1) calls.push(sendBusy(calls.length));
    const index = answered.findIndex((_, at) => !answered[at - 1] && answered[at]);
    return index > 0 ? index : undefined;
  }, 'a refusal at once');
  const refusal = await calls[refusedIndex]!;
  expect([refusal.status, refusal.headers.get('retry-after'), await refusal.json()]).toEqual([
    503,
    '1',
    expect.objectContaining({ code: 'SERVICE_UNAVAILABLE', traceId: expect.any(String) }),
  ]);
  // A script of another origin may read the refusal and its headers.
  expect(refusal.headers.get('access-control-allow-origin')).toBe(CONSOLE);
  expect(refusal.headers.get('access-control-expose-headers')).toContain('retry-after');
  expect(refusal.headers.get('x-content-type-options')).toBe('nosniff');
  // The metrics of requests contain the refusal.
  const registry = new Registry();
  gateway.metrics.register(registry);
  const refusals = /cordee_http_request_duration_seconds_count\{.*members",status="503"\} [1-9]/;
  await waitFor(async () => refusals.test(await registry.metrics()), 'the counted refusal');
  expect((await get(ownOrganizationId, other)).status).toBe(200);
  releaseMemberCalls();
  await Promise.all(calls);
});

it('an account that has left an organization is not counted as its member any more', async () => {
  const queues = new CallQueues(4);
  const organizationId = newId('org', new Date());
  const caller = newId('acc', new Date());
  const call = (answer: object): Promise<object> => queues.run(listTeams, caller, organizationId, async () => answer);
  await call({ outputJson: new Uint8Array() });
  await call({ error: { code: 'PERMISSION_DENIED' } });
  const isMemberBefore = queues.isProvenMember(caller, organizationId);
  await call({ error: { code: 'ORGANIZATION_NOT_FOUND' } });
  expect([isMemberBefore, queues.isProvenMember(caller, organizationId)]).toEqual([true, false]);
});
