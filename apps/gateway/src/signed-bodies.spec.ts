import { receiveCardNotification } from '@cordee/contracts/billing/card-payment';
import { serviceOf } from '@cordee/contracts/contract';
import { decode, encode } from '@cordee/messaging/reply';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

let fixture: GatewayFixture;
let gateway: Gateway;
let receivedInputs: unknown[];

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0', SIGN_IN_LIMIT_PER_MINUTE: '2' }, fixture.context);
  await fixture.bus.serve(receiveCardNotification.subject, serviceOf(receiveCardNotification), async ({ data }) => {
    receivedInputs.push(decode(data));
    return encode({ output: {} });
  });
});
beforeEach(() => {
  receivedInputs = [];
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

const send = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${gateway.url}/v1/card-notifications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

it.each(['{"b": 1,  "a":1e2}', '{ not JSON', ''])(
  'the body and the headers of signatures reach the service as they were sent: %j',
  async (body) => {
    const { status } = await send(body, { 'webhook-signature': 'v1,x', 'x-other': 'y', 'provider-signature': 'z' });
    expect(status).toBe(204);
    expect(receivedInputs).toEqual([{ body, headers: { 'webhook-signature': 'v1,x', 'provider-signature': 'z' } }]);
  },
);

it('a body that is too large is refused', async () => {
  expect((await send('x'.repeat(16 * 1024 + 1))).status).toBe(413);
  expect(receivedInputs).toEqual([]);
});

it('the rate limit of sign-ins does not apply to notifications', async () => {
  for (let count = 0; count < 5; count += 1) expect((await send('{}')).status).toBe(204);
});
