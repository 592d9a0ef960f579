import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { once } from 'node:events';
import http from 'node:http';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

const PARALLEL = 50;

let fixture: GatewayFixture;
let gateway: Gateway;
let checks = 0;
let release = (): void => {};
/** The check of the services ends when this promise is fulfilled. */
let released: Promise<void>;
let problems: Record<string, string> = {};

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0' }, fixture.context, async () => {
    checks += 1;
    await released;
    return problems;
  });
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

it('requests of the health at the same time share one check of the services; later ones start another', async () => {
  released = new Promise((resolve) => (release = resolve));
  const requests = Array.from({ length: PARALLEL }, () =>
    http.get(`${gateway.url}/health/ready`, { agent: false, headers: { expect: '100-continue' } }),
  );
  const answers = requests.map(async (request) => (await once(request, 'response'))[0] as http.IncomingMessage);
  // The gateway sends the status 100 when it reads a request.
  await Promise.all(requests.map((request) => once(request, 'continue')));
  release();
  const statuses = (await Promise.all(answers)).map((answer) => answer.resume().statusCode);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(checks).toBe(1);
  problems = { billing: 'the database is not connected' };
  const later = await fetch(`${gateway.url}/health/ready`);
  expect([later.status, await later.json()]).toEqual([503, { status: 'unavailable', problems }]);
  expect(checks).toBe(2);
});
