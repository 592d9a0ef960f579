import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTracing } from '@cordee/service/start-tracing';
import { TestCollector } from '@cordee/testing/test-collector';
import { GatewayProcess } from '../test/gateway-process.ts';
import { startGateway } from './gateway.ts';

const ORGANIZATION = 'org_01je5nryg0fgz9y05x3mqpmjrg';
let collector: TestCollector;
let spanNames: string[];

beforeAll(async () => {
  collector = await TestCollector.start();
  const stopTracing = startTracing('gateway', {
    CORDEE_VERSION: 'test',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER_ARG: 1,
  });
  const gatewayProcess = await GatewayProcess.open();
  const gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0' }, gatewayProcess.context);
  await fetch(`${gateway.url}/v1/organizations/${ORGANIZATION}/teams`);
  await fetch(`${gateway.url}/v1/nothing`);
  await gateway.stop();
  await gatewayProcess.close();
  await stopTracing();
  const serverKind = 2;
  spanNames = collector.spans.filter(({ kind }) => kind === serverKind).map(({ name }) => name);
});
afterAll(() => collector.stop());

it('the span of a request has the name of its route', () => {
  expect(spanNames).toContain('GET /v1/organizations/:organizationId/teams');
});

it('the span of a request without a route has the name of its method', () => {
  expect(spanNames).toContain('GET');
});
