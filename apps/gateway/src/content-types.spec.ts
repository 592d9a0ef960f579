import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { serviceOf } from '@cordee/contracts/contract';
import { listKeys } from '@cordee/contracts/identity/session';
import { changeTeam, createTeam } from '@cordee/contracts/teams/team';
import { decode, encode } from '@cordee/messaging/reply';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

let gateway: Gateway;
let fixture: GatewayFixture;
let receivedInputs: unknown[];

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  await fixture.bus.serve(listKeys.subject, serviceOf(listKeys), async () =>
    encode({ output: { keys: [fixture.verificationKey] } }),
  );
  for (const contract of [changeTeam, createTeam])
    await fixture.bus.serve(contract.subject, serviceOf(contract), async ({ data }) => {
      receivedInputs.push(decode(data));
      return encode({ output: contract.example.output });
    });
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0' }, fixture.context);
});
beforeEach(() => {
  receivedInputs = [];
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

const { organizationId, teamId } = changeTeam.example.input;
const TEAMS = `/v1/organizations/${organizationId}/teams`;

async function send(
  [method, path]: readonly [string, string],
  contentType: string,
  { body = '{"name":"Rescue"}', language = 'en' } = {},
): Promise<Response> {
  const claims = { sid: 'ses_01je5nryg0fgz9y05x3mqpmjrg', auth_time: 0 };
  const token = await fixture.sign('acc_01je5nryg0fgz9y05x3mqpmjrg', claims);
  return fetch(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': contentType, 'accept-language': language },
    body,
  });
}

it.each([
  ['POST', 'text/plain', 'the body must be application/json'],
  ['POST', 'application/xml', 'the body must be application/json'],
  ['POST', 'application/x-www-form-urlencoded', 'the body must be application/json'],
  ['POST', 'application/merge-patch+json', 'the body must be application/json'],
  ['PATCH', 'text/plain', 'the body must be application/json or application/merge-patch+json'],
] as const)('%s with the content type %s gets 415', async (method, contentType, detail) => {
  const path = method === 'PATCH' ? `${TEAMS}/${teamId}` : TEAMS;
  const response = await send([method, path], contentType);
  expect(response.status).toBe(415);
  expect(await response.json()).toMatchObject({ code: 'CONTENT_TYPE_UNSUPPORTED', status: 415, detail });
  expect(receivedInputs).toEqual([]);
});

it('a body without a content type gets 415', async () => {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.write(`POST /v1/sessions HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`);
  expect(await text(socket)).toMatch(/^HTTP\/1.1 415 /);
});

it.each([
  ['POST', '/v1/nothing', 404],
  ['POST', '/docs', 405],
  ['PATCH', TEAMS, 405],
] as const)('%s %s with another content type gets %i', async (method, path, status) => {
  expect((await send([method, path], 'text/plain')).status).toBe(status);
});

it.each(['application/json', 'application/merge-patch+json', 'Application/Merge-Patch+JSON; charset=utf-8'])(
  'a body of PATCH can have the content type %s',
  async (contentType) => {
    expect((await send(['PATCH', `${TEAMS}/${teamId}`], contentType)).status).toBe(200);
    expect(receivedInputs).toEqual([{ organizationId, teamId, name: 'Rescue' }]);
  },
);

it('the detail about a body that is not JSON is in the language of the caller', async () => {
  const response = await send(['POST', TEAMS], 'application/json', { body: '{', language: 'fr' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    code: 'INPUT_NOT_PARSEABLE',
    detail: 'le corps n’est pas du JSON valable',
  });
});
