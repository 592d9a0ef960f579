import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { serviceOf } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { listTeams } from '@cordee/contracts/teams/team';
import { decode, encode } from '@cordee/messaging/reply';
import { waitFor } from '@cordee/testing/wait-for';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

let gateway: Gateway;
let fixture: GatewayFixture;
/** The organizations of the calls that the service has received, oldest first. */
const receivedOrganizations: string[] = [];
let releaseFirstCall: () => void;
const firstCallReleased = new Promise<void>((resolve) => (releaseFirstCall = resolve));

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  await fixture.bus.serve(listTeams.subject, serviceOf(listTeams), async ({ data }) => {
    receivedOrganizations.push((decode(data) as { organizationId: string }).organizationId);
    if (receivedOrganizations.length === 1) await firstCallReleased;
    return encode({ output: listTeams.example.output });
  });
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0', MAX_RUNNING_CALLS: '1' }, fixture.context);
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

it('a waiting request whose client has disconnected is not sent to the service', async () => {
  const [first, abandoned, last] = [0, 1, 2].map(() => newId('org', new Date())) as [string, string, string];
  const token = await fixture.sign(newId('acc', new Date()), { sid: newId('ses', new Date()), auth_time: 0 });
  const pathOf = (organizationId: string): string => `/v1/organizations/${organizationId}/teams`;
  const get = async (organizationId: string): Promise<number> =>
    (await fetch(gateway.url + pathOf(organizationId), { headers: { authorization: `Bearer ${token}` } })).status;
  const firstAnswer = get(first);
  await waitFor(async () => receivedOrganizations.length === 1, 'the first call');
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /health/live HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
  socket.write(`GET ${pathOf(abandoned)} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\n\r\n`);
  // The gateway has read both requests when it answers the first one.
  await once(socket, 'data');
  const lastAnswer = get(last);
  // The answer of `/health/live` shows that the gateway has read the last request.
  await fetch(`${gateway.url}/health/live`);
  socket.destroy();
  await once(socket, 'close');
  // The answer shows that the gateway has noticed the disconnect.
  await fetch(`${gateway.url}/health/live`);
  releaseFirstCall();
  expect([await firstAnswer, await lastAnswer]).toEqual([200, 200]);
  expect(receivedOrganizations).toEqual([first, last]);
});
