import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTracing } from '@cordee/service/start-tracing';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayProcess } from '../test/gateway-process.ts';
import { startGateway } from './gateway.ts';

const ORGANIZATION = 'org_01je5nryg0fgz9y05x3mqpmjrg';
let collector: Server;
let spanNames: string[];

beforeAll(async () => {
  const bodies: string[] = [];
  collector = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const stopTracing = startTracing('gateway', {
    CORDEE_VERSION: 'test',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_TRACES_SAMPLER_ARG: 1,
  });
  const gatewayProcess = await GatewayProcess.open();
  const gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0' }, gatewayProcess.context);
  await fetch(`${gateway.url}/v1/organizations/${ORGANIZATION}/teams`);
  await fetch(`${gateway.url}/v1/nothing`);
  await gateway.stop();
  await gatewayProcess.close();
  await stopTracing();
  spanNames = bodies.flatMap((body) => {
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: { scopeSpans: { spans: { name: string; kind: number }[] }[] }[];
    };
    const serverKind = 2;
    return resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.filter(({ kind }) => kind === serverKind).map(({ name }) => name)),
    );
  });
});
afterAll(() => new Promise((resolve) => collector.close(resolve)));

it('the span of a request has the name of its route', () => {
  expect(spanNames).toContain('GET /v1/organizations/:organizationId/teams');
});

it('the span of a request without a route has the name of its method', () => {
  expect(spanNames).toContain('GET');
});
