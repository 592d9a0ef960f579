import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { productionProblems } from '@cordee/service/production-values';
import * as z from 'zod';
import { CorsOrigins } from './cross-origin.ts';
import { startGateway, type Gateway } from './gateway.ts';

const CONSOLE = 'https://console.example.net';
let fixture: GatewayFixture;
let gateway: Gateway;

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  gateway = await startGateway(
    { CORDEE_MODE: 'test', PORT: '0', CORS_ORIGINS: `${CONSOLE}, http://127.0.0.1:8080` },
    fixture.context,
  );
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

const preflight = (origin: string) =>
  fetch(`${gateway.url}/v1/organizations`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    },
  });

describe('a script of a configured origin', () => {
  it('may send the methods and headers of the API', async () => {
    const { status, headers } = await preflight(CONSOLE);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, CONSOLE]);
    expect(headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(headers.get('access-control-allow-headers')).toContain('idempotency-key');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('may read an answer and its headers', async () => {
    const { status, headers } = await fetch(`${gateway.url}/v1/me`, { headers: { origin: CONSOLE } });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, CONSOLE]);
    expect(headers.get('access-control-expose-headers')!.split(', ')).toEqual(
      expect.arrayContaining(['etag', 'retry-after', 'location', 'content-language', 'x-ratelimit-remaining']),
    );
    expect(headers.get('vary')).toMatch(/origin/i);
  });
});

it('a script may read the problem of a path that cannot be decoded', async () => {
  const { status, headers } = await fetch(`${gateway.url}/v1/%zz`, { headers: { origin: CONSOLE } });
  expect([status, headers.get('access-control-allow-origin')]).toEqual([400, CONSOLE]);
  expect(headers.get('access-control-expose-headers')).toContain('x-request-id');
});

it('a script of another origin may not read answers', async () => {
  expect((await preflight('https://other.example.net')).headers.get('access-control-allow-origin')).toBeNull();
  const { headers } = await fetch(`${gateway.url}/v1/me`, { headers: { origin: 'https://other.example.net' } });
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

describe('CORS_ORIGINS', () => {
  it.each(['*', 'console.example.net', 'https://console.example.net/', 'https://a.example.net https://b.example.net'])(
    'refuses %s',
    (list) => expect(CorsOrigins.safeParse(list).success).toBe(false),
  );

  it.each([
    'http://console.provider.ch',
    'https://localhost:8080',
    'https://a.provider.ch,https://console.example.net',
  ])('refuses %s in production', (list) =>
    expect(productionProblems(z.object({ CORS_ORIGINS: CorsOrigins }), { CORS_ORIGINS: list })).toHaveLength(1),
  );

  it('allows no origin by default', () => expect(CorsOrigins.parse(undefined)).toEqual([]));
});
