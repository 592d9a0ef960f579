import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTracing } from '@cordee/service/start-tracing';
import { TestCollector } from '@cordee/testing/test-collector';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway } from './gateway.ts';

const ORGANIZATION = 'org_01je5nryg0fgz9y05x3mqpmjrg';
let collector: TestCollector;

/** Sends requests to a gateway that records a part of the traces, and returns the names of the recorded spans. */
async function recordRequests(ratio: number): Promise<string[]> {
  collector.bodies.length = 0;
  const stopTracing = startTracing('gateway', {
    CORDEE_VERSION: 'test',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER_ARG: ratio,
  });
  const fixture = await GatewayFixture.open();
  const gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0' }, fixture.context);
  await fetch(`${gateway.url}/v1/organizations/${ORGANIZATION}/teams`);
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await fetch(`${gateway.url}/v1/nothing`, { headers: { traceparent } });
  await gateway.stop();
  await fixture.close();
  await stopTracing();
  const serverKind = 2;
  return collector.spans.filter(({ kind }) => kind === serverKind).map(({ name }) => name);
}

beforeAll(async () => {
  collector = await TestCollector.start();
});
afterAll(() => collector.stop());

it('the span of a request has the name of its route, and without a route the name of its method', async () => {
  expect(await recordRequests(1)).toEqual(
    expect.arrayContaining(['GET /v1/organizations/:organizationId/teams', 'GET']),
  );
});

it('the configured ratio applies to requests, also when the caller has set the flag for sampling', async () => {
  expect(await recordRequests(0)).toEqual([]);
});
