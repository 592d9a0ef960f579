import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import net from 'node:net';
import { contracts } from '@cordee/contracts/catalogue';
import { importBankFile } from '@cordee/contracts/billing/bank-file';
import { startBankFileImport } from '@cordee/contracts/billing/bank-file-import';
import { billingFiles, downloadDocument, exportDocuments } from '@cordee/contracts/billing/document-download';
import { DomainError } from '@cordee/contracts/domain-error';
import { createOrder } from '@cordee/contracts/billing/order';
import { FILE_CHUNK_BYTES, FILE_MAX_BYTES, LARGE_FILE_MAX_BYTES } from '@cordee/contracts/file';
import { newId } from '@cordee/contracts/id';
import { importMessages, searchFiles } from '@cordee/contracts/search/search';
import { serviceOf, type Contract } from '@cordee/contracts/contract';
import { exchangeApiToken } from '@cordee/contracts/identity/api-token';
import { acceptRole, changeMember } from '@cordee/contracts/identity/member';
import { listKeys } from '@cordee/contracts/identity/session';
import { acceptInvitation } from '@cordee/contracts/identity/invitation';
import { createOrganization } from '@cordee/contracts/identity/organization';
import { callHeaders } from '@cordee/messaging/call';
import { decode, encode } from '@cordee/messaging/reply';
import { toReplyError } from '@cordee/messaging/reply-error';
import { listTeams } from '@cordee/contracts/teams/team';
import { GatewayFixture } from '../test/gateway.fixture.ts';
import { waitFor } from '@cordee/testing/wait-for';
import { startGateway, type Gateway } from './gateway.ts';

let gateway: Gateway;
/** A gateway with a low rate limit. */
let limitedGateway: Gateway | undefined;
let fixture: GatewayFixture;
let token: string;
/** The access token of a member of staff. */
let staffToken: string;
/** The error with which the stubbed services answer a preflight; undefined: the preflight passes. */
let preflightError: { code: string; status: number; title: string } | undefined;
/** The error with which the stubbed billing service answers when a file is read. */
let readError: DomainError | undefined;
let failingCursor: string | undefined;
/** The access revision in the answers of the stubbed services. */
let revision: string | undefined;
/** Requests that the gateway has sent over the bus, newest last. */
const requests: { subject: string; input: Record<string, unknown>; headers: Readonly<Record<string, string>> }[] = [];
/** The content of a file that needs three chunks. */
const file = Buffer.alloc(1_300_000, 'cordée');
/** The chunks that the stubbed services have stored, by file id. */
const storedChunks = new Map<string, Buffer[]>();
/** API tokens that the stubbed identity service accepts, with their ids. */
const acceptedTokens = new Map<string, `tok_${string}`>();

beforeAll(async () => {
  fixture = await GatewayFixture.open();
  await stub(listKeys, async () => ({ keys: [fixture.verificationKey] }));
  for (const contract of [
    createOrganization,
    createOrder,
    changeMember,
    importBankFile,
    importMessages,
    listTeams,
    startBankFileImport,
  ])
    await stub(contract, async () => contract.example.output);
  for (const { appendFileChunk } of [billingFiles, searchFiles]) {
    await stub(appendFileChunk, async ({ fileId, position, bytes }) => {
      const chunks = storedChunks.get(fileId as string) ?? [];
      chunks[position as number] = Buffer.from(bytes as string, 'base64');
      storedChunks.set(fileId as string, chunks);
      return { size: 0 };
    });
  }
  await stub(downloadDocument, async () => ({
    fileId: 'fil_01je5nryg0fgz9y05x3mqpmjrg',
    name: 'Füße "1".pdf',
    contentType: 'application/pdf',
    size: file.length,
  }));
  await stub(exportDocuments, async ({ cursor }) => {
    if (failingCursor !== undefined && cursor === failingCursor) throw new DomainError('SERVICE_UNAVAILABLE');
    const part = Number(cursor ?? 0);
    return {
      name: 'documents.csv',
      contentType: 'text/csv; charset=utf-8',
      bytes: Buffer.from(`part ${part}\r\n`).toString('base64'),
      nextCursor: part < 3 ? String(part + 1) : null,
    };
  });
  await stub(billingFiles.readFileChunk, async ({ position }) => {
    if (readError) throw readError;
    const start = (position as number) * FILE_CHUNK_BYTES;
    const chunk = file.subarray(start, start + FILE_CHUNK_BYTES);
    return { bytes: chunk.length ? chunk.toString('base64') : null };
  });
  gateway = await startGateway(
    { CORDEE_MODE: 'test', PORT: '0', RATE_LIMIT_PER_MINUTE: '500', SLOW_CLIENT_MS: '3000' },
    fixture.context,
  );
  const sign = (claims: Record<string, unknown>) => fixture.sign('acc_01je5nryg0fgz9y05x3mqpmjrg', claims);
  token = await sign({ sid: 'ses_01je5nryg0fgz9y05x3mqpmjrg', auth_time: 0 });
  staffToken = await sign({ sid: 'ses_01je5nryg0fgz9y05x3mqpmjrg', auth_time: 0, staff: true });
  await stub(acceptInvitation, async () => acceptInvitation.example.output);
  await stub(exchangeApiToken, async ({ token: apiToken }) => {
    const tokenId = acceptedTokens.get(apiToken as string);
    if (!tokenId) throw new DomainError('API_TOKEN_INVALID');
    return {
      tokenId,
      accessToken: await sign({ sid: tokenId, org: 'org_01je5nryg0fgz9y05x3mqpmjrg', scopes: ['team:read'] }),
      expiresAt: new Date(fixture.context.clock.now().getTime() + 600_000).toISOString(),
    };
  });
});
afterAll(async () => {
  await limitedGateway?.stop();
  await gateway.stop();
  await fixture.close();
});

/** Answers requests of a contract in place of its service. */
async function stub(contract: Contract, handle: (input: Record<string, unknown>) => Promise<unknown>): Promise<void> {
  await fixture.bus.serve(contract.subject, serviceOf(contract), async ({ data, headers }) => {
    const input = decode(data) as Record<string, unknown>;
    requests.push({ subject: contract.subject, input, headers });
    if (headers[callHeaders.preflightOnly])
      return encode(preflightError ? { error: preflightError } : { output: null });
    return handle(input).then(
      (output) => encode({ output, accessRevision: revision }),
      (error: unknown) => encode({ error: toReplyError(error, contract) }),
    );
  });
}

interface Reply {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
  bytes: Buffer;
}
async function call(
  method: string,
  path: string,
  options: {
    body?: unknown;
    raw?: string | Buffer;
    type?: string;
    headers?: Record<string, string>;
    isAnonymous?: boolean;
  } = {},
): Promise<Reply> {
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await fetch(gateway.url + path, {
    method,
    headers: {
      ...(options.isAnonymous ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': options.type ?? 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    body: isJson ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {},
  };
}
const staffRoutes = [...contracts.values()]
  .filter(({ access }) => access === 'staff')
  .map(({ http }) => [http!.method, http!.path.replaceAll(/:\w+/g, 'x')] as const);
const organizationPath = '/v1/organizations/org_01je5nryg0fgz9y05x3mqpmjrg';

describe('a call of an operation', () => {
  it('passes token, idempotency key, request id, trace and language to the service', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const reply = await call('POST', '/v1/organizations', {
      body: { name: 'Alpine Rescue' },
      headers: {
        'idempotency-key': 'key-1',
        'x-request-id': 'req-1',
        traceparent,
        'accept-language': 'fr-CH,fr;q=0.9',
      },
    });
    expect(reply.status).toBe(201);
    expect(reply.headers.get('x-request-id')).toBe('req-1');
    expect(requests.at(-1)).toMatchObject({
      subject: createOrganization.subject,
      input: { name: 'Alpine Rescue', currency: 'CHF' },
      headers: {
        [callHeaders.token]: token,
        [callHeaders.idempotencyKey]: 'key-1',
        [callHeaders.requestId]: 'req-1',
        [callHeaders.traceparent]: traceparent,
        [callHeaders.language]: 'fr',
      },
    });
  });

  it('returns the version as ETag, passes If-Match on, and rejects an If-Match that is not an ETag', async () => {
    const path = `${organizationPath}/members/mem_01je5nryg0fgz9y05x3mqpmjrg`;
    const reply = await call('PATCH', path, { body: { role: 'collaborator' }, headers: { 'if-match': '"7"' } });
    expect([reply.status, reply.headers.get('etag')]).toEqual([200, '"1"']);
    expect(requests.at(-1)!.input).toMatchObject({ ifMatch: [7] });
    await call('PATCH', path, { body: {}, headers: { 'if-match': 'W/"8", "other", "9"' } });
    expect(requests.at(-1)!.input).toMatchObject({ ifMatch: [8, 9] });
    for (const ifMatch of ['seven', ''])
      expect((await call('PATCH', path, { body: {}, headers: { 'if-match': ifMatch } })).status).toBe(412);
    expect((await call('PATCH', path, { body: {}, headers: { 'if-match': '*' } })).status).toBe(200);
    expect(requests.at(-1)!.input).not.toHaveProperty('ifMatch');
  });

  it('rejects If-Match for a command on a resource without an ETag, so that no precondition is ignored', async () => {
    const post = (ifMatch: string) =>
      call('POST', '/v1/organizations', { body: { name: 'Alpine Rescue' }, headers: { 'if-match': ifMatch } });
    const rejected = await post('"1"');
    expect([rejected.status, rejected.body['code']]).toEqual([412, 'VERSION_MISMATCH']);
    expect((await post('*')).status).toBe(201);
  });

  it('passes the access revision of the request to the service and of the answer to the caller (ACC-3)', async () => {
    revision = 'b3Jn';
    const reply = await call('GET', `${organizationPath}/teams`, { headers: { 'access-revision': 'b2xk' } });
    expect([
      reply.status,
      reply.headers.get('access-revision'),
      requests.at(-1)!.headers[callHeaders.accessRevision],
    ]).toEqual([200, 'b3Jn', 'b2xk']);
    revision = undefined;
    expect((await call('GET', `${organizationPath}/teams`)).headers.get('access-revision')).toBeNull();
    const rejected = await call('GET', `${organizationPath}/teams`, {
      headers: { 'access-revision': 'x'.repeat(300) },
    });
    expect(rejected.body['code']).toBe('ACCESS_REVISION_INVALID');
  });
});

describe('an API token', () => {
  const newToken = ({ isAccepted = true } = {}): string => {
    const prefix = Array.from({ length: 10 }, () => 'abcdefgh'[Math.floor(Math.random() * 8)]).join('');
    const apiToken = `cordee_${prefix}_${'7'.repeat(38)}`;
    if (isAccepted) acceptedTokens.set(apiToken, newId('tok', new Date()));
    return apiToken;
  };
  const authorizedWith = (apiToken: string, scheme = 'Bearer') => ({
    headers: { authorization: `${scheme} ${apiToken}` },
  });
  const advanceClock = (ms: number): void => {
    const offsetMs = fixture.context.clock.now().getTime() - Date.now();
    fixture.context.clock.setOffset(offsetMs + ms);
  };
  const countExchanges = (): number => requests.filter(({ subject }) => subject === exchangeApiToken.subject).length;
  const listTeamsWith = async (apiToken: string, gatewayUrl = gateway.url): Promise<[number, unknown]> => {
    const response = await fetch(`${gatewayUrl}${organizationPath}/teams`, authorizedWith(apiToken));
    return [response.status, ((await response.json()) as { code?: string }).code];
  };

  it('is exchanged once for an access token, and only the access token is sent to services', async () => {
    const [apiToken, exchangesBefore] = [newToken(), countExchanges()];
    const replies = await Promise.all(
      [1, 2, 3].map(() => call('GET', `${organizationPath}/teams`, authorizedWith(apiToken, 'bearer'))),
    );
    expect([replies.map(({ status }) => status), countExchanges()]).toEqual([[200, 200, 200], exchangesBefore + 1]);
    const sentHeaders = requests.at(-1)!.headers;
    const claims = JSON.parse(
      Buffer.from(sentHeaders[callHeaders.token]!.split('.')[1]!, 'base64url').toString(),
    ) as object;
    expect(claims).toMatchObject({ sid: acceptedTokens.get(apiToken), scopes: ['team:read'] });
    expect(JSON.stringify(sentHeaders)).not.toContain(apiToken);
  });

  it('is exchanged again after a minute', async () => {
    const [apiToken, exchangesBefore] = [newToken(), countExchanges()];
    await listTeamsWith(apiToken);
    advanceClock(59_000);
    await listTeamsWith(apiToken);
    expect(countExchanges()).toBe(exchangesBefore + 1);
    advanceClock(2_000);
    expect([await listTeamsWith(apiToken), countExchanges()]).toEqual([[200, undefined], exchangesBefore + 2]);
  });

  it.each<[string, () => string]>([
    ['unknown', () => newToken({ isAccepted: false })],
    ['too short', () => newToken().slice(0, -1)],
    ['in capitals', () => `cordee_${newToken().slice('cordee_'.length).toUpperCase()}`],
    ['only the prefix', () => 'cordee_'],
  ])('is rejected when it is %s', async (_, apiToken) => {
    const reply = await call('GET', `${organizationPath}/teams`, authorizedWith(apiToken()));
    expect([reply.status, reply.body['code'], reply.headers.get('www-authenticate')]).toEqual([
      401,
      'API_TOKEN_INVALID',
      'Bearer',
    ]);
    expect(requests.at(-1)!.subject).not.toBe(listTeams.subject);
  });

  it('is rejected as soon as it is revoked, even if its exchange is cached (ACC-3)', async () => {
    const apiToken = newToken();
    expect(await listTeamsWith(apiToken)).toEqual([200, undefined]);
    // Simulates identity, which notifies every process of the ended session before the revoking call returns.
    fixture.context['endedSessions'].onChange(acceptedTokens.get(apiToken)!);
    const requestsBefore = requests.length;
    expect(await listTeamsWith(apiToken)).toEqual([401, 'API_TOKEN_INVALID']);
    expect(requests.length).toBe(requestsBefore);
  });

  it('is ignored by a public operation', async () => {
    const exchangesBefore = countExchanges();
    const reply = await call('POST', '/v1/invitations/accept', { body: { token: 'x' }, ...authorizedWith(newToken()) });
    expect([
      reply.status < 300,
      requests.at(-1)!.subject,
      requests.at(-1)!.headers[callHeaders.token],
      countExchanges(),
    ]).toEqual([true, acceptInvitation.subject, undefined, exchangesBefore]);
  });

  it('does not replace the address by which a public operation counts its callers', async () => {
    const sendWith = async (headers: Record<string, string>) => {
      await call('POST', '/v1/invitations/accept', { body: { token: 'x' }, headers, isAnonymous: true });
      return requests.at(-1)!.headers[callHeaders.callerAddress];
    };
    expect([
      await sendWith({}),
      await sendWith({ authorization: `Bearer ${newToken()}` }),
      await sendWith({ authorization: `Bearer ${token}` }),
    ]).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  });

  it('has its own rate limit; invented tokens share the limit of their IP address (API-1)', async () => {
    limitedGateway = await startGateway(
      { CORDEE_MODE: 'test', PORT: '0', RATE_LIMIT_PER_MINUTE: '5' },
      fixture.context,
    );
    const callRepeatedly = async (count: number, apiToken: () => string): Promise<unknown[]> => {
      const codes: unknown[] = [];
      for (let calls = 0; calls < count; calls += 1) {
        const [, code] = await listTeamsWith(apiToken(), limitedGateway!.url);
        codes.push(code);
      }
      return codes;
    };
    const [firstToken, secondToken] = [newToken(), newToken()];
    // The first call with each token is counted by IP address, because the token is not verified yet.
    expect(await callRepeatedly(7, () => firstToken)).toEqual([
      ...Array.from({ length: 6 }, () => undefined),
      'RATE_LIMITED',
    ]);
    expect(await callRepeatedly(6, () => secondToken)).toEqual(Array.from({ length: 6 }, () => undefined));
    expect(await callRepeatedly(3, () => newToken({ isAccepted: false }))).toEqual([
      'API_TOKEN_INVALID',
      'API_TOKEN_INVALID',
      'API_TOKEN_INVALID',
    ]);
    const exchangesBefore = countExchanges();
    expect(await callRepeatedly(3, () => newToken({ isAccepted: false }))).toEqual([
      'RATE_LIMITED',
      'RATE_LIMITED',
      'RATE_LIMITED',
    ]);
    // A valid token from the same IP address is not exchanged either.
    expect([await callRepeatedly(1, () => newToken()), countExchanges()]).toEqual([['RATE_LIMITED'], exchangesBefore]);
  });
});

describe('the gateway rejects', () => {
  it.each<[string, string, string, object, { status: number; code: string; pointer?: string }]>([
    [
      'a body that is not JSON',
      'POST',
      '/v1/organizations',
      { raw: '{"name":' },
      { status: 400, code: 'INPUT_NOT_PARSEABLE' },
    ],
    [
      'a body that is not an object',
      'POST',
      '/v1/organizations',
      { body: [1] },
      { status: 422, code: 'INPUT_INVALID', pointer: '' },
    ],
    [
      'an unknown field',
      'POST',
      '/v1/organizations',
      { body: { name: 'A', nme: 1 } },
      { status: 422, code: 'INPUT_INVALID', pointer: '/nme' },
    ],
    [
      'an unknown nested field',
      'POST',
      `${organizationPath}/orders`,
      { body: { lines: [{ type: 'drive', name: 'A', pric: 1 }] }, headers: { 'idempotency-key': 'k' } },
      { status: 422, code: 'INPUT_INVALID', pointer: '/lines/0/pric' },
    ],
    [
      'a field in the body that is already in the path',
      'PATCH',
      `${organizationPath}/members/mem_01je5nryg0fgz9y05x3mqpmjrg`,
      { body: { memberId: 'mem_01je5nryg0fgz9y05x3mqpmjrg' } },
      { status: 422, code: 'INPUT_INVALID', pointer: '/memberId' },
    ],
    [
      'an invalid value',
      'POST',
      '/v1/organizations',
      { body: { name: 'A', country: 'Switzerland' } },
      { status: 422, code: 'INPUT_INVALID', pointer: '/country' },
    ],
    [
      'text with control characters',
      'POST',
      '/v1/organizations',
      { body: { name: 'A\u0000B' } },
      { status: 422, code: 'INPUT_INVALID', pointer: '/name' },
    ],
    [
      'an invalid id in the path',
      'GET',
      '/v1/organizations/org_x/members',
      {},
      { status: 422, code: 'INPUT_INVALID', pointer: '/organizationId' },
    ],
    [
      'an unknown query parameter',
      'GET',
      `${organizationPath}/members?page=2`,
      {},
      { status: 422, code: 'INPUT_INVALID', pointer: '/page' },
    ],
    [
      'a missing idempotency key where it is required',
      'POST',
      `${organizationPath}/orders`,
      { body: { lines: [] } },
      { status: 400, code: 'IDEMPOTENCY_KEY_MISSING' },
    ],
    [
      'a content type that is not JSON',
      'POST',
      '/v1/organizations',
      { raw: 'name=A', type: 'application/x-www-form-urlencoded' },
      { status: 415, code: 'CONTENT_TYPE_UNSUPPORTED' },
    ],
    [
      'a body that is too large',
      'POST',
      '/v1/organizations',
      { raw: `{"name":"${'a'.repeat(1_100_000)}"}` },
      { status: 413, code: 'BODY_TOO_LARGE' },
    ],
    ['an unknown path', 'GET', '/v1/nothing', {}, { status: 404, code: 'NOT_FOUND' }],
    [
      'a method that the path does not have',
      'DELETE',
      '/v1/organizations',
      {},
      { status: 405, code: 'METHOD_NOT_ALLOWED' },
    ],
    [
      'a field named like a method of Object.prototype',
      'POST',
      '/v1/organizations',
      { body: { name: 'A', toString: 1 } },
      { status: 422, code: 'INPUT_INVALID', pointer: '/toString' },
    ],
    [
      'text with half of a surrogate pair',
      'POST',
      '/v1/organizations',
      { raw: '{"name":"A\\ud800"}' },
      { status: 422, code: 'INPUT_INVALID', pointer: '/name' },
    ],
    [
      'a file instead of JSON',
      'POST',
      '/v1/organizations',
      { raw: '<a/>', type: 'application/xml' },
      { status: 415, code: 'CONTENT_TYPE_UNSUPPORTED' },
    ],
    [
      'an invalid percent encoding',
      'GET',
      '/v1/organizations/%E0%A4%A',
      {},
      { status: 400, code: 'INPUT_NOT_PARSEABLE' },
    ],
    ['a percent sign at the end', 'GET', '/v1/organizations/%', {}, { status: 400, code: 'INPUT_NOT_PARSEABLE' }],
    [
      'a parameter that is too long',
      'GET',
      `/v1/organizations/${'a'.repeat(4_000)}`,
      {},
      { status: 422, code: 'INPUT_INVALID', pointer: '/organizationId' },
    ],
    [
      'a field named __proto__',
      'POST',
      '/v1/organizations',
      { raw: '{"name":"A","__proto__":{"isStaff":true}}' },
      { status: 400, code: 'INPUT_NOT_PARSEABLE' },
    ],
  ])('%s', async (_, method, path, options, { status, code, pointer }) => {
    const requestsBefore = requests.length;
    const reply = await call(method, path, options);
    expect([reply.status, reply.body['code']]).toEqual([status, code]);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(reply.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    expect(reply.body).toMatchObject({
      type: expect.stringContaining('urn:cordee:problem:'),
      title: expect.any(String),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    if (pointer !== undefined)
      expect((reply.body['errors'] as { pointer: string }[]).map((error) => error.pointer)).toEqual([pointer]);
    expect(requests.length).toBe(requestsBefore);
  });

  it.each(staffRoutes)('an operation of staff for other people, whatever the input: %s %s', async (method, path) => {
    const reply = await call(method, path, { body: method === 'GET' ? undefined : { unknown: true } });
    expect([reply.status, reply.body['code']]).toEqual([404, 'NOT_FOUND']);
  });

  it('a sign-in that is too old, and states in a header how old a sign-in may be', async () => {
    await stub(acceptRole, async () => {
      throw new DomainError('INSUFFICIENT_USER_AUTHENTICATION');
    });
    const reply = await call('POST', `${organizationPath}/members/mem_01je5nryg0fgz9y05x3mqpmjrg/accept-role`);
    expect([reply.status, reply.body['code'], reply.headers.get('www-authenticate')]).toEqual([
      401,
      'INSUFFICIENT_USER_AUTHENTICATION',
      'Bearer error="insufficient_user_authentication", ' +
        'error_description="This request requires a sign-in within the last 10 minutes", max_age="600"',
    ]);
  });

  it.each(['', 'Bearer', 'Bearer x.y.z', 'Basic YTpi', `Bearer ${'a'.repeat(5_000)}`])(
    'the authorization "%s"',
    async (authorization) => {
      const reply = await call('GET', '/v1/me', { isAnonymous: true, headers: authorization ? { authorization } : {} });
      expect([reply.status, reply.body['code'], reply.headers.get('www-authenticate')]).toEqual([
        401,
        'SIGN_IN_REQUIRED',
        'Bearer',
      ]);
    },
  );
});

describe('a body', () => {
  const post = (path: string, raw: string, isAnonymous: boolean) => call('POST', path, { raw, isAnonymous });
  const large = JSON.stringify({ name: 'x'.repeat(20_000) });

  it('of a caller who is not signed in is not parsed', async () => {
    const reply = await post('/v1/organizations', '{"name":', true);
    expect([reply.status, reply.body['code']]).toEqual([401, 'SIGN_IN_REQUIRED']);
  });

  it('of a public operation cannot have 20 kB', async () => {
    const reply = await post('/v1/sessions', large, true);
    expect([reply.status, reply.body['code']]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('of another operation can have 20 kB', async () => {
    expect((await post('/v1/organizations', large, false)).body['code']).toBe('INPUT_INVALID');
  });
});

describe('an empty body with the content type application/json', () => {
  it.each([
    // No service is stubbed for this contract, so the gateway has accepted the body and sent the request.
    ['DELETE', `${organizationPath}/members/mem_01je5nryg0fgz9y05x3mqpmjrg`, 'SERVICE_UNAVAILABLE'],
    // The required field `name` is missing.
    ['POST', '/v1/organizations', 'INPUT_INVALID'],
  ])('is treated as an absent body: %s %s returns %s', async (method, path, code) => {
    const reply = await call(method, path, { raw: '' });
    expect(reply.body['code']).toBe(code);
  });
});

describe('a service that does not answer', () => {
  it('causes a 503 with Retry-After', async () => {
    const reply = await call('GET', '/v1/me');
    expect([reply.status, reply.body['code'], reply.headers.get('retry-after')]).toEqual([
      503,
      'SERVICE_UNAVAILABLE',
      '2',
    ]);
  });
});

describe('files', () => {
  it('are stored in chunks, complete and in order, with one id per idempotency key', async () => {
    const reply = await call('POST', '/v1/staff/bank-files', {
      raw: file,
      type: 'application/xml; charset=utf-8',
      headers: { 'idempotency-key': 'upload-1', authorization: `Bearer ${staffToken}` },
    });
    expect(reply.status).toBe(201);
    const fileId = requests.at(-1)!.input['fileId'] as string;
    expect(Buffer.concat(storedChunks.get(fileId)!).equals(file)).toBe(true);
    await call('POST', '/v1/staff/bank-files', {
      raw: file,
      type: 'application/xml',
      headers: { 'idempotency-key': 'upload-1', authorization: `Bearer ${staffToken}` },
    });
    expect(requests.at(-1)!.input['fileId']).toBe(fileId);
  });

  it('are stored only after the preflight has passed', async () => {
    const path = `${organizationPath}/mailboxes/res_01je5nryg0fgz9y05x3mqpmjrg/messages`;
    const upload = () =>
      call('POST', path, {
        raw: file,
        type: 'application/mbox',
        headers: { 'idempotency-key': newId('job', new Date()) },
      });
    const [filesBefore, requestsBefore] = [storedChunks.size, requests.length];
    preflightError = { code: 'MAILBOX_NOT_FOUND', status: 404, title: 'There is no such mailbox' };
    const reply = await upload();
    preflightError = undefined;
    expect([reply.status, reply.body['code'], storedChunks.size, requests.length]).toEqual([
      404,
      'MAILBOX_NOT_FOUND',
      filesBefore,
      requestsBefore + 1,
    ]);
    expect(requests.at(-1)).toMatchObject({
      subject: importMessages.subject,
      headers: { [callHeaders.preflightOnly]: '1', [callHeaders.token]: token },
    });
    expect((await upload()).status).toBe(201);
    // Every chunk names the organization that owns the file.
    const organizations = requests
      .filter(({ subject }) => subject === searchFiles.appendFileChunk.subject)
      .map(({ input }) => input['organizationId']);
    expect(new Set(organizations)).toEqual(new Set(['org_01je5nryg0fgz9y05x3mqpmjrg']));
  });

  it.each<[string, string, string | Buffer, number]>([
    ['of a type that the operation does not accept', 'text/plain', 'x', 415],
    ['without content', 'application/xml', '', 422],
  ])('%s are rejected', async (_, type, raw, status) => {
    const headers = { authorization: `Bearer ${staffToken}` };
    expect((await call('POST', '/v1/staff/bank-files', { raw, type, headers })).status).toBe(status);
  });

  /** Sends an upload until the gateway answers, and returns the status. */
  const upload = (url: string, headers: Record<string, string>, path = '/v1/staff/bank-files'): Promise<number> =>
    new Promise((resolve, reject) => {
      const uploadRequest = httpRequest(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${staffToken}`, 'content-type': 'application/xml', ...headers },
      });
      let status: number | undefined;
      uploadRequest.on('response', ({ statusCode }) => {
        status = statusCode;
        uploadRequest.destroy();
        resolve(statusCode!);
      });
      uploadRequest.on('error', (error) => (status === undefined ? reject(error) : undefined));
      const write = (): void => {
        while (!uploadRequest.destroyed && uploadRequest.write(file));
        uploadRequest.once('drain', write);
      };
      write();
    });

  it('are rejected before they are sent when their length is above the limit', async () => {
    const storedBefore = storedChunks.size;
    expect(await upload(gateway.url, { 'content-length': String(FILE_MAX_BYTES + 1) })).toBe(413);
    expect(storedChunks.size).toBe(storedBefore);
  });

  it('have the limit of their operation', async () => {
    const path = '/v1/staff/bank-file-imports';
    const tooLong = String(LARGE_FILE_MAX_BYTES + 1);
    expect(await upload(gateway.url, { 'content-length': tooLong }, path)).toBe(413);
    const storedBefore = storedChunks.size;
    const large = Buffer.alloc(FILE_MAX_BYTES + 1, 'x');
    const headers = { authorization: `Bearer ${staffToken}` };
    expect((await call('POST', path, { raw: large, type: 'application/xml', headers })).status).toBe(202);
    expect(storedChunks.size).toBe(storedBefore + 1);
    expect(
      (await call('POST', '/v1/staff/bank-files', { raw: large, type: 'application/xml', headers })).body,
    ).toMatchObject({
      code: 'FILE_TOO_LARGE',
      title: 'The file is larger than the operation accepts',
      detail: 'a file can have at most 50 MiB',
    });
  });

  it('without a length are rejected when they exceed the limit, and the gateway still answers', async () => {
    expect(await upload(gateway.url, { 'transfer-encoding': 'chunked' })).toBe(413);
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  });

  it('are downloaded completely, with their original name', async () => {
    const reply = await call('GET', `${organizationPath}/documents/inv_01je5nryg0fgz9y05x3mqpmjrg/pdf`);
    expect(reply.bytes.equals(file)).toBe(true);
    expect(requests.at(-1)!.input).toMatchObject({ organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg' });
    expect(reply.headers.get('content-disposition')).toBe(
      `attachment; filename="F__e__1_.pdf"; filename*=UTF-8''F%C3%BC%C3%9Fe%20%221%22.pdf`,
    );
  });

  it('of many parts are downloaded part by part, with the same filters', async () => {
    const reply = await call('GET', `${organizationPath}/documents.csv?kind=invoice`);
    expect(reply.bytes.toString()).toBe('part 0\r\npart 1\r\npart 2\r\npart 3\r\n');
    expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(reply.headers.get('content-disposition')).toContain('documents.csv');
    expect(requests.at(-1)!.input).toMatchObject({ kind: 'invoice', cursor: '3' });
  });

  it('of many parts close the connection when a later part is missing; a missing first part is a problem', async () => {
    failingCursor = '2';
    await expect(call('GET', `${organizationPath}/documents.csv`)).rejects.toThrow();
    failingCursor = 'first';
    const reply = await call('GET', `${organizationPath}/documents.csv?cursor=first`);
    failingCursor = undefined;
    expect([reply.status, reply.body]).toMatchObject([503, { code: 'SERVICE_UNAVAILABLE' }]);
  });

  it('are answered with the problem of the service, without headers of a file, when the service fails', async () => {
    readError = new DomainError('SERVICE_UNAVAILABLE', { retryAfter: 3 });
    const reply = await call('GET', `${organizationPath}/documents/inv_01je5nryg0fgz9y05x3mqpmjrg/pdf`);
    readError = undefined;
    expect([reply.status, reply.body]).toMatchObject([503, { code: 'SERVICE_UNAVAILABLE' }]);
    expect(reply.headers.get('retry-after')).toBe('3');
    expect(reply.headers.get('content-disposition')).toBe(null);
  });
});

describe('the API documentation', () => {
  it('describes every route, and the security schemes of operations', async () => {
    const { body } = await call('GET', '/openapi.json', { isAnonymous: true });
    const operations = Object.values(
      body['paths'] as Record<string, Record<string, { operationId: string; responses: object; security: unknown[] }>>,
    ).flatMap((path) => Object.values(path));
    const securityOf = (name: string) => operations.find(({ operationId }) => operationId === name)!.security;
    expect(['listProductTypes', 'getMe', 'listTeams', 'listSuspense'].map(securityOf)).toEqual([
      [],
      [{ bearer: [] }],
      [{ bearer: [] }, { apiToken: ['team:read'] }],
      [{ bearer: [] }],
    ]);
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
      [...contracts]
        .filter(([, { http }]) => http)
        .map(([name]) => name)
        .sort(),
    );
    expect(operations.every(({ responses }) => '422' in responses)).toBe(true);
  });

  // `/.well-known/jwks.json` is an example of a public query.
  it.each([
    '/openapi.json',
    '/docs',
    '/docs/start.js',
    '/confirm',
    '/password-reset',
    '/forgotten-password',
    '/links.js',
    '/transfer',
    '/invitation',
    '/invitation.js',
    '/.well-known/jwks.json',
  ])('answers 304 without bytes for a current copy of %s', async (path) => {
    const get = (ifNoneMatch?: string) =>
      call('GET', path, { isAnonymous: true, headers: ifNoneMatch ? { 'if-none-match': ifNoneMatch } : {} });
    const first = await get();
    const etag = first.headers.get('etag')!;
    expect([first.status, first.bytes.length > 0]).toEqual([200, true]);
    for (const current of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, bytes, headers } = await get(current);
      expect([status, bytes.length, headers.get('etag')]).toEqual([304, 0, etag]);
    }
    // `toEqual` compares byte for byte and takes seconds, in which the server closes its idle connections.
    expect(Buffer.compare((await get('"other"')).bytes, first.bytes)).toBe(0);
  });

  it('is where the root path redirects to', async () => {
    const response = await fetch(gateway.url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/docs']);
  });

  it('has a page that loads assets from this server only', async () => {
    const page = (await call('GET', '/docs', { isAnonymous: true })).bytes.toString();
    for (const [, asset] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(asset).toMatch(/^\//);
      expect((await call('GET', asset!, { isAnonymous: true })).status).toBe(200);
    }
    expect((await call('GET', '/docs/assets/package.json', { isAnonymous: true })).status).toBe(404);
  });
});

describe('the pages for links in mails', () => {
  it('exist for all links, and send no referrer', async () => {
    const paths = ['/confirm', '/password-reset', '/forgotten-password', '/invitation', '/transfer'];
    for (const path of paths.map((each) => `${each}?token=x`)) {
      const reply = await call('GET', path, { isAnonymous: true });
      expect([reply.status, reply.headers.get('referrer-policy')]).toEqual([200, 'no-referrer']);
    }
  });
});

describe('broken clients', () => {
  it('are disconnected when a request arrives too slowly', async () => {
    const { port, hostname } = new URL(gateway.url);
    const answerUntilClose = new Promise<string>((resolve) => {
      const headers = ['host: a', 'content-type: application/json', 'content-length: 100'].join('\r\n');
      const socket = net.connect(Number(port), hostname, () =>
        socket.write(`POST /v1/sessions HTTP/1.1\r\n${headers}\r\n\r\n{`),
      );
      let received = '';
      socket
        .on('data', (piece: Buffer) => (received += piece.toString()))
        .on('close', () => resolve(received))
        .on('error', () => undefined);
    });
    expect(await answerUntilClose).toContain('REQUEST_TIMEOUT');
  });

  it('cause no import when they disconnect during an upload', async () => {
    const countImports = () =>
      requests.filter(
        ({ subject, headers }) => subject === importBankFile.subject && !headers[callHeaders.preflightOnly],
      ).length;
    const countPreflights = () =>
      requests.filter(
        ({ subject, headers }) => subject === importBankFile.subject && headers[callHeaders.preflightOnly],
      ).length;
    const [importsBefore, preflightsBefore] = [countImports(), countPreflights()];
    await new Promise<void>((resolve) => {
      const upload = httpRequest(`${gateway.url}/v1/staff/bank-files`, {
        method: 'POST',
        headers: {
          'content-type': 'application/xml',
          'content-length': '1000000',
          authorization: `Bearer ${staffToken}`,
        },
      });
      upload.on('error', () => resolve());
      upload.write('<Document>');
      void waitFor(async () => countPreflights() > preflightsBefore, 'the preflight of the upload').finally(() =>
        upload.destroy(),
      );
    });
    expect(countPreflights()).toBe(preflightsBefore + 1);
    // The answer shows that the gateway has noticed the disconnect.
    await call('GET', '/health/live');
    expect(countImports()).toBe(importsBefore);
  });
});
