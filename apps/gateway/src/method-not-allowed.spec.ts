import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contracts } from '@cordee/contracts/catalogue';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

let fixture: GatewayFixture;
let gateway: Gateway;

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  gateway = await startGateway({ CORDEE_MODE: 'test', PORT: '0', RATE_LIMIT_PER_MINUTE: '1000000' }, fixture.context);
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

/** `fetch` refuses to send TRACE. */
async function send(
  method: string,
  path: string,
): Promise<{ status: number | undefined; allow: string | undefined; body: string }> {
  const request = httpRequest(gateway.url + path, { method }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, allow: response.headers.allow, body: await text(response) };
}

const declaredMethods = new Map<string, Set<string>>();
for (const { http } of contracts.values()) {
  if (!http) continue;
  const path = http.path.replaceAll(/:\w+/g, 'x');
  declaredMethods.set(path, (declaredMethods.get(path) ?? new Set()).add(http.method));
}
const paths = [...declaredMethods].map(([path, methods]) => [path, [...methods].sort().join(' ')] as const);

describe('a method that the path does not have', () => {
  it.each(paths)('gets 405 with the methods of the path: %s (%s)', async (path, names) => {
    const methods = new Set(names.split(' '));
    if (methods.has('GET')) methods.add('HEAD');
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
      if (methods.has(method)) continue;
      const { status, allow, body } = await send(method, path);
      expect([method, status]).toEqual([method, 405]);
      expect(allow!.split(', ').sort()).toEqual([...methods].sort());
      if (method !== 'HEAD')
        expect(JSON.parse(body)).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405, instance: path });
    }
  });

  it('gets 405 on pages too', async () => {
    const response = await fetch(`${gateway.url}/docs`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('gets 404 on a path that does not exist', async () => {
    expect((await fetch(`${gateway.url}/v1/nothing`, { method: 'POST' })).status).toBe(404);
  });
});
