import { contracts } from '@cordee/contracts/catalogue';
import type { Contract } from '@cordee/contracts/contract';
import { changeMember, listMembers } from '@cordee/contracts/identity/member';
import { createApiToken } from '@cordee/contracts/identity/api-token';
import { createServiceToken } from '@cordee/contracts/identity/service-token';
import { permissions, serviceTokenScopes, type PermissionName } from '@cordee/contracts/permissions';
import { startGateway, type Gateway } from '@cordee/gateway/gateway';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeclaredAnswers } from '../test/declared-answers.ts';
import { TestServices, type SignedIn } from '../test/test-services.ts';
import { services } from './services.ts';

/** People of the organization. A viewer has the flag `billing.view`, a payer has `billing.pay`. */
const members = [
  'legalRepresentative',
  'administrator',
  'collaborator',
  'viewer',
  'payer',
  'external',
  'externalViewer',
] as const;
/** `serviceToken` has all scopes in all organizations, `serviceTokenElsewhere` in the organization of the stranger. */
const outsiders = [
  'nobody',
  'stranger',
  'staff',
  'blocked',
  'tokenElsewhere',
  'serviceToken',
  'serviceTokenElsewhere',
] as const;
type Actor = (typeof members)[number] | (typeof outsiders)[number];

const managers: readonly Actor[] = ['legalRepresentative', 'administrator'];
/** The members who are not external. */
const insiders: readonly Actor[] = [...managers, 'collaborator', 'viewer', 'payer'];
const viewers: readonly Actor[] = [...managers, 'viewer', 'externalViewer'];
const payers: readonly Actor[] = [...managers, 'payer'];

/** The actors who have each permission, as in the table "rights at a glance" of the product. */
const expectedPermissions: Record<PermissionName, readonly Actor[]> = {
  'organization:read': members,
  'organization:manage': managers,
  'membership:decide': members,
  'member:read': members,
  'member:manage': managers,
  'team:read': members,
  'team:lead': insiders,
  'team:manage': managers,
  'access:ask': members,
  'product:read': members,
  'product:manage': managers,
  'product:order': managers,
  'product:transfer': managers,
  'document:read': viewers,
  'address:read': payers,
  'payment:make': payers,
  'prepaid:pay_out': managers,
  'renewal:read': viewers,
  'reminder:verify': members,
  'search:use': members,
  'message:import': members,
  'support:grant': insiders,
};

/** The permissions whose queries a service token may call. No scope gives access to content (docs/decisions). */
const expectedServiceTokenScopes: readonly PermissionName[] = [
  'organization:read',
  'member:read',
  'product:read',
  'document:read',
  'address:read',
  'renewal:read',
];

/** Routes that are not called. `moveClock` would also move the clock for the later routes. */
const notCalled = ['moveClock'];

let test: TestServices;
let gateway: Gateway;
let owner: SignedIn;
const tokens = new Map<Actor, string>();
const declaredAnswers = new DeclaredAnswers();

beforeAll(async () => {
  test = await TestServices.start(services, {
    STAFF_EMAILS: 'staff@example.ch',
    PUBLIC_URL: 'https://console.example',
    // No mail server listens here, because mails are not the subject of this test.
    SMTP_URL: 'smtp://127.0.0.1:9',
    LOG_LEVEL: 'fatal',
  });
  gateway = await startGateway(
    {
      CORDEE_MODE: 'test',
      PORT: '0',
      RATE_LIMIT_PER_MINUTE: '100000',
      SIGN_IN_LIMIT_PER_MINUTE: '100000',
      ORGANIZATION_LIMIT_PER_MINUTE: '100000',
    },
    test.processContext,
  );
  owner = await test.signUp('legal-representative@example.ch');
  tokens.set('legalRepresentative', owner.token);
  for (const [actor, role, flags, isBlocked] of [
    ['administrator', 'administrator', []],
    ['collaborator', 'collaborator', []],
    ['viewer', 'collaborator', ['billing.view']],
    ['payer', 'collaborator', ['billing.pay']],
    ['external', 'external', []],
    ['externalViewer', 'external', ['billing.view']],
    ['blocked', 'collaborator', [], true],
  ] as const) {
    const person = await test.signUp(`${actor.toLowerCase()}@example.ch`);
    await test.invite(owner, person, role);
    const { data } = await test.call(listMembers, { organizationId: owner.organizationId }, owner.token);
    const { id } = data.find(({ accountId }) => accountId === person.accountId)!;
    await test.call(
      changeMember,
      { organizationId: owner.organizationId, memberId: id, flags: [...flags], ...(isBlocked ? { isBlocked } : {}) },
      owner.token,
    );
    tokens.set(actor, person.token);
  }
  const stranger = await test.signUp('stranger@example.ch');
  tokens.set('stranger', stranger.token);
  tokens.set('staff', (await test.signUp('staff@example.ch')).token);
  const scopes = Object.keys(permissions);
  const elsewhere = { organizationId: stranger.organizationId, name: 'Elsewhere', scopes };
  tokens.set('tokenElsewhere', (await test.call(createApiToken, elsewhere, stranger.token)).token);
  for (const [actor, organizationIds] of [
    ['serviceToken', null],
    ['serviceTokenElsewhere', [stranger.organizationId]],
  ] as const) {
    const input = { name: actor, scopes: serviceTokenScopes, organizationIds: organizationIds && [...organizationIds] };
    tokens.set(actor, (await test.call(createServiceToken, input, tokens.get('staff'))).token);
  }
});
afterAll(async () => {
  await gateway.stop();
  await test.stop();
});

/** Removes the ids of other people from a question about access: every member may ask about themselves. */
const withoutAccountIds = (input: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(input, (field, value: unknown) => (field === 'accountId' ? undefined : value))) as Record<
    string,
    unknown
  >;

/** Repeats a request while a service of a busy machine does not answer in time. */
async function fetchWhileBusy(url: URL, request: RequestInit): Promise<Response> {
  for (;;) {
    const response = await fetch(url, request);
    if (response.status !== 503) return response;
    await response.arrayBuffer();
  }
}

/** Sends the example of a contract for the organization of `owner`. Returns `ok` or the error code. */
async function codeOf(contract: Contract, actor: Actor): Promise<string> {
  const { method, path, upload } = contract.http!;
  const example = structuredClone(contract.example.input) as Record<string, unknown>;
  const input = contract.access === 'access:ask' ? withoutAccountIds(example) : example;
  if ('organizationId' in input) input['organizationId'] = owner.organizationId;
  const url = new URL(
    path.replaceAll(/:(\w+)/g, (__, name: string) => {
      const value = input[name];
      delete input[name];
      return encodeURIComponent(String(value));
    }),
    gateway.url,
  );
  const hasBody = method !== 'GET' && method !== 'DELETE';
  if (!hasBody) for (const [name, value] of Object.entries(input)) url.searchParams.set(name, String(value));
  const token = tokens.get(actor);
  const response = await fetchWhileBusy(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(contract.idempotencyKey ? { 'idempotency-key': `${contract.subject} ${actor}` } : {}),
      ...(hasBody ? { 'content-type': upload?.[0] ?? 'application/json' } : {}),
    },
    ...(hasBody ? { body: upload ? 'From nobody' : JSON.stringify(input) } : {}),
  });
  const body = await response.text();
  expect(declaredAnswers.undeclaredIn(contract, response, body)).toEqual([]);
  expect([contract.subject, actor, response.status < 500 || body]).toEqual([contract.subject, actor, true]);
  return response.status < 400 ? 'ok' : (JSON.parse(body) as { code: string }).code;
}

/** The error code with which the actor is refused; undefined when the actor is admitted. */
function expectedRefusal({ access, example, kind }: Contract, actor: Actor): string | undefined {
  if (access === 'public') return undefined;
  if (actor === 'nobody') return 'SIGN_IN_REQUIRED';
  if (access === 'staff') return actor === 'staff' ? undefined : 'NOT_FOUND';
  const isServiceToken = actor === 'serviceToken' || actor === 'serviceTokenElsewhere';
  if (access === 'account' && (actor === 'tokenElsewhere' || isServiceToken)) return 'API_TOKEN_SCOPE_MISSING';
  // An operation of the account that names an organization needs a membership.
  const permission = access === 'account' ? 'organization:read' : (access as PermissionName);
  if (access === 'account' && !('organizationId' in (example.input as object))) return undefined;
  if (actor === 'stranger' || actor === 'staff' || actor === 'tokenElsewhere' || actor === 'serviceTokenElsewhere')
    return 'ORGANIZATION_NOT_FOUND';
  if (actor === 'serviceToken')
    return kind === 'query' && expectedServiceTokenScopes.includes(permission) ? undefined : 'API_TOKEN_SCOPE_MISSING';
  return expectedPermissions[permission].includes(actor) ? undefined : 'PERMISSION_DENIED';
}

const refusals = [
  'SIGN_IN_REQUIRED',
  'NOT_FOUND',
  'ORGANIZATION_NOT_FOUND',
  'PERMISSION_DENIED',
  'API_TOKEN_SCOPE_MISSING',
];

const routes = [...contracts].filter(([name, { http }]) => http && !notCalled.includes(name));

describe('the table of expected permissions', () => {
  it('lists every permission', () => {
    expect(Object.keys(expectedPermissions).sort()).toEqual(Object.keys(permissions).sort());
  });

  it('lists the scopes of service tokens', () => {
    expect(serviceTokenScopes).toEqual(expectedServiceTokenScopes);
  });

  it.each(routes)('is true for the route of %s', async (_, contract) => {
    const actors: Actor[] = [...members, ...outsiders];
    const codes = await Promise.all(actors.map((actor) => codeOf(contract, actor)));
    const outcomes = actors.map((actor, index) => [
      actor,
      refusals.includes(codes[index]!) ? codes[index] : 'admitted',
    ]);
    expect(outcomes).toEqual(actors.map((actor) => [actor, expectedRefusal(contract, actor) ?? 'admitted']));
  });
});
