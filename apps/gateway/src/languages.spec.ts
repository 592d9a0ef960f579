import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceOf } from '@cordee/contracts/contract';
import { listKeys } from '@cordee/contracts/identity/session';
import { listProductTypes } from '@cordee/contracts/products/product-type';
import { callHeaders } from '@cordee/messaging/call';
import { encode } from '@cordee/messaging/reply';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

let gateway: Gateway;
let fixture: GatewayFixture;
/** The names of the product type in the answers of the stubbed catalogue, by language of the call. */
const productTypeNames = { fr: 'Hébergement web', de: 'Webhosting', en: 'Web hosting' };

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  await fixture.bus.serve(listKeys.subject, serviceOf(listKeys), async () =>
    encode({ output: { keys: [fixture.verificationKey] } }),
  );
  await fixture.bus.serve(listProductTypes.subject, serviceOf(listProductTypes), async ({ headers }) => {
    const name = productTypeNames[headers[callHeaders.language] as keyof typeof productTypeNames];
    return encode({ output: { data: [{ ...listProductTypes.example.output.data[0], name }] } });
  });
  gateway = await startGateway(
    { CORDEE_MODE: 'test', PORT: '0', CORS_ORIGINS: 'https://console.example.net' },
    fixture.context,
  );
});
afterAll(async () => {
  await gateway.stop();
  await fixture.close();
});

interface Problem {
  code: string;
  title: string;
  detail?: string;
  type: string;
  errors?: { pointer: string; detail: string; code: string }[];
}

async function send(
  path: string,
  language: string | undefined,
  { body, headers }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(gateway.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(language === undefined ? {} : { 'accept-language': language }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
const problemOf = async (response: Response): Promise<Problem> => (await response.json()) as Problem;
/** With CORS, answers also vary by the origin. */
const VARY = 'Origin, Accept-Language';
const languageHeaders = ({ headers }: Response) => [headers.get('content-language'), headers.get('vary')];

describe('a problem', () => {
  it.each([
    ['fr-CH, en;q=0.8', 'fr', 'Introuvable'],
    ['de', 'de', 'Nicht gefunden'],
    ['it', 'it', 'Non trovato'],
    ['es', 'es', 'No encontrado'],
    ['pt, en;q=0.1', 'en', 'Not found'],
    ['not a header;;q', 'en', 'Not found'],
    [undefined, 'en', 'Not found'],
  ])('for Accept-Language %j has the language %s', async (header, language, title) => {
    const response = await send('/v1/nothing', header);
    expect(languageHeaders(response)).toEqual([language, VARY]);
    expect(await problemOf(response)).toMatchObject({ code: 'NOT_FOUND', type: 'urn:cordee:problem:not_found', title });
  });

  it('has field errors in the language of the caller; codes and pointers are the same in all languages', async () => {
    const body = { email: 'anna', name: 'Anna', password: 'a long enough password', timeZone: 'Moon' };
    const problems = await Promise.all(
      ['en', 'fr'].map(async (language) => problemOf(await send('/v1/sign-ups', language, { body }))),
    );
    const withoutDetail = ({ errors }: Problem) => errors!.map(({ pointer, code }) => ({ pointer, code }));
    expect(withoutDetail(problems[1]!)).toEqual(withoutDetail(problems[0]!));
    expect(problems[1]!.title).toBe('Les données ne sont pas valables');
    expect(problems[1]!.errors).toContainEqual(expect.objectContaining({ detail: 'adresse e-mail invalide' }));
  });

  it('has errors of unknown fields and of control characters in the language of the caller', async () => {
    const unknown = await problemOf(await send('/v1/password-resets', 'de', { body: { email: 'a@b.ch', mail: 'x' } }));
    expect(unknown.errors).toEqual([
      { pointer: '/mail', detail: 'ist kein Feld dieses Aufrufs', code: 'unknown_field' },
    ]);
    const control = await problemOf(await send('/v1/password-resets', 'it', { body: { email: 'a\u0000@b.ch' } }));
    expect(control.errors).toContainEqual(
      expect.objectContaining({ detail: 'non deve contenere caratteri di controllo né surrogati isolati' }),
    );
  });

  it('has the language of the caller for a path that cannot be decoded and for a wrong method', async () => {
    expect((await problemOf(await send('/v1/%zz', 'fr'))).title).toBe('La requête ne peut pas être lue');
    expect((await problemOf(await send('/v1/product-types', 'es', { body: {} }))).title).toBe(
      'Esta ruta no admite el método',
    );
  });

  it('has no translated text in the header WWW-Authenticate', async () => {
    const response = await send('/v1/me', 'fr');
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await problemOf(response)).title).toBe('Vous n’êtes pas connecté');
  });
});

describe('the answer of a public query with names', () => {
  it('is in the language of the caller, has its own ETag in each language, and is 304 for this ETag', async () => {
    const etags = new Map<string, string>();
    for (const [language, name] of Object.entries(productTypeNames)) {
      const response = await send('/v1/product-types', language);
      expect(languageHeaders(response)).toEqual([language, VARY]);
      expect(((await response.json()) as { data: { name: string }[] }).data[0]!.name).toBe(name);
      etags.set(language, response.headers.get('etag')!);
    }
    expect(new Set(etags.values()).size).toBe(3);
    const ask = (language: string, etagLanguage: string) =>
      send('/v1/product-types', language, { headers: { 'if-none-match': etags.get(etagLanguage)! } });
    const current = await ask('fr', 'fr');
    expect([current.status, ...languageHeaders(current)]).toEqual([304, 'fr', VARY]);
    expect((await ask('fr', 'de')).status).toBe(200);
  });
});
