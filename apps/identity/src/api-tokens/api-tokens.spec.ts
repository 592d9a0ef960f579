import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getMe } from '@cordee/contracts/identity/account';
import {
  apiTokenEnded,
  createApiToken,
  exchangeApiToken,
  listApiTokens,
  revokeApiToken,
} from '@cordee/contracts/identity/api-token';
import { acceptInvitation, listInvitations } from '@cordee/contracts/identity/invitation';
import { acceptRole, changeMember, listMembers, removeMember } from '@cordee/contracts/identity/member';
import {
  changeOrganization,
  createOrganization,
  getOrganization,
  listMyOrganizations,
} from '@cordee/contracts/identity/organization';
import { getSecondFactor } from '@cordee/contracts/identity/second-factor';
import { listEndedSessions, listSessions } from '@cordee/contracts/identity/session';
import { listLiveSupportAccesses } from '@cordee/contracts/identity/support-access';
import type { Answer } from '@cordee/contracts/contract';
import type { CallOptions } from '@cordee/messaging/rpc-client';
import { uuid, type TestService } from '@cordee/testing/test-service';
import { IdentityFixture, type Joined, type Person } from '../../test/identity.fixture.ts';

let people: IdentityFixture;
let test: TestService;
let anna: Person;
let ben: Joined;
beforeAll(async () => {
  people = await IdentityFixture.start();
  test = people.service;
});
afterAll(() => test.stop());
beforeEach(async () => {
  anna = await people.signUp();
  ben = await people.join(anna, 'administrator');
});

type Made = Answer<typeof createApiToken>;
const make = (
  by: Pick<Person, 'as'>,
  scopes: string[] = ['organization:read'],
  more: { organizationId?: `org_${string}`; expiresInDays?: number; name?: string } = {},
): Promise<Made> =>
  test.call(createApiToken, { organizationId: anna.organizationId, name: 'Backup', scopes, ...more }, by.as);
const exchange = (token: string) => test.call(exchangeApiToken, { token }, { service: 'gateway' });
const exchangeCode = (token: string) => test.codeOf(exchangeApiToken, { token }, { service: 'gateway' });
/** Exchanges the token as the gateway does. */
const bearing = (accessToken: string): CallOptions => ({
  for: { token: accessToken, requestId: 'r', traceparent: undefined, language: 'en', reason: undefined },
});
const later = (ms: number): void => test.moveClockTo(new Date(test.process.clock.now().getTime() + ms).toISOString());
const DAY_MS = 86_400_000;

describe('an API token', () => {
  it('is shown once, and only its hash is stored (ORG-4)', async () => {
    const made = await make(ben, ['organization:read', 'right:technical', 'organization:read']);
    expect(made).toMatchObject({
      name: 'Backup',
      scopes: ['organization:read', 'right:technical'],
      organization: { id: anna.organizationId },
      lastUsedAt: null,
    });
    expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBe(90 * DAY_MS);
    expect(made.token.startsWith(`${made.prefix}_`)).toBe(true);
    const { token, ...shown } = made;
    expect(await test.call(listApiTokens, {}, ben.as)).toEqual({ data: [shown] });
    const kept =
      JSON.stringify(await test.rows(`select to_jsonb(api_token) from api_token where id = $1`, [uuid(made.id)])) +
      JSON.stringify(await test.outbox());
    expect(kept).not.toContain(token.slice(made.prefix.length + 1));
    expect((await test.eventsOf(made.id)).at(-1)).toMatchObject({
      type: 'identity.api_token.created',
      data: { tokenId: made.id, accountId: ben.accountId, scopes: made.scopes },
    });
  });

  it('of another account is neither listed nor revoked', async () => {
    const made = await make(ben);
    expect(await test.call(listApiTokens, {}, anna.as)).toEqual({ data: [] });
    expect(await test.codeOf(revokeApiToken, { tokenId: made.id }, anna.as)).toBe('API_TOKEN_NOT_FOUND');
    expect(await exchangeCode(made.token)).toBe('ok');
  });

  it.each<[string, object, string, string[]]>([
    ['no scope', { scopes: [] }, 'INPUT_INVALID', ['/scopes']],
    [
      'unknown scopes',
      { scopes: ['organization:read', 'organization:eat', 'right:fly', 'technical', 'right:', 'toString'] },
      'API_TOKEN_SCOPE_UNKNOWN',
      ['/scopes/1', '/scopes/2', '/scopes/3', '/scopes/4', '/scopes/5'],
    ],
    ['more than a leap year', { expiresInDays: 367 }, 'INPUT_INVALID', ['/expiresInDays']],
    ['no days', { expiresInDays: 0 }, 'INPUT_INVALID', ['/expiresInDays']],
    ['no name', { name: ' ' }, 'INPUT_INVALID', ['/name']],
  ])('is not created with %s', async (_, input, code, pointers) => {
    await expect(make(ben, undefined, input)).rejects.toMatchObject({
      code,
      errors: pointers.map((pointer) => expect.objectContaining({ pointer })),
    });
  });

  it('needs a membership with permissions in the organization', async () => {
    const stranger = await people.signUp();
    await expect(make(stranger)).rejects.toMatchObject({ code: 'ORGANIZATION_NOT_FOUND' });
    await expect(make(ben, undefined, { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg' })).rejects.toMatchObject({
      code: 'ORGANIZATION_NOT_FOUND',
    });
    await test.call(
      changeMember,
      { organizationId: anna.organizationId, memberId: ben.memberId, isBlocked: true },
      anna.as,
    );
    await expect(make(ben)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('is limited to a hundred per account, also under concurrency', async () => {
    await test.rows(
      `insert into api_token (id, account_id, organization_id, prefix, hash, name, scopes, created_at, expires_at)
       select gen_random_uuid(), $1, $2, gen_random_uuid()::text, ''::bytea, 'n', '{}', $3, $3
       from generate_series(1, 98)`,
      [uuid(ben.accountId), uuid(anna.organizationId), test.process.clock.now()],
    );
    const made = await Promise.allSettled([1, 2, 3, 4].map(() => make(ben)));
    expect(
      made.map((each) => (each.status === 'fulfilled' ? 'ok' : (each.reason as { code: string }).code)).sort(),
    ).toEqual(['API_TOKEN_LIMIT', 'API_TOKEN_LIMIT', 'ok', 'ok']);
  });
});

describe('the access token of an API token', () => {
  it('acts as the person in one organization, within the scopes', async () => {
    const own = await test.call(createOrganization, { name: 'Elsewhere' }, ben.as);
    const { accessToken } = await exchange((await make(ben, ['organization:read', 'member:read'])).token);
    const { organizationId } = anna;
    const code = (contract: Parameters<typeof test.codeOf>[0], input: object) =>
      test.codeOf(contract, input, 'nobody', bearing(accessToken));
    expect(await code(getOrganization, { organizationId })).toBe('ok');
    expect(await code(listMembers, { organizationId })).toBe('ok');
    expect(await code(listInvitations, { organizationId })).toBe('API_TOKEN_SCOPE_MISSING');
    await expect(
      test.call(changeOrganization, { organizationId }, 'nobody', bearing(accessToken)),
    ).rejects.toMatchObject({
      code: 'API_TOKEN_SCOPE_MISSING',
      status: 403,
      detail: 'the scope organization:manage is required',
    });
    // Other organizations of the person are not found.
    for (const elsewhere of [own.id, ben.organizationId, 'org_01je5nryg0fgz9y05x3mqpmjrg'])
      expect(await code(getOrganization, { organizationId: elsewhere })).toBe('ORGANIZATION_NOT_FOUND');
  });

  it('has no access to operations of the account or of staff', async () => {
    await test.rows(`update account set is_staff = true where id = $1`, [uuid(ben.accountId)]);
    const made = await make(ben, ['organization:read', 'member:manage', 'right:*']);
    const { accessToken } = await exchange(made.token);
    const code = (contract: Parameters<typeof test.codeOf>[0], input: object) =>
      test.codeOf(contract, input, 'nobody', bearing(accessToken));
    for (const contract of [getMe, getSecondFactor, listSessions, listApiTokens, listMyOrganizations])
      expect([contract.subject, await code(contract, {})]).toEqual([contract.subject, 'API_TOKEN_SCOPE_MISSING']);
    expect(await code(createApiToken, { organizationId: anna.organizationId, name: 'More', scopes: ['right:*'] })).toBe(
      'API_TOKEN_SCOPE_MISSING',
    );
    expect(await code(revokeApiToken, { tokenId: made.id })).toBe('API_TOKEN_SCOPE_MISSING');
    expect(await code(listLiveSupportAccesses, {})).toBe('NOT_FOUND');
    // Public operations do not identify the person of the token.
    const token = await people.invite(anna, 'collaborator', 'new-with-token@example.ch');
    expect(await code(acceptInvitation, { token })).toBe('ACCOUNT_DETAILS_REQUIRED');
  });

  it('does not exceed its scopes in operations without a required permission', async () => {
    const { organizationId } = anna;
    const carla = await people.join(anna, 'collaborator');
    const holding = async (...scopes: string[]) =>
      bearing((await exchange((await make(ben, scopes)).token)).accessToken);
    const [reading, deciding, managing] = [
      await holding('organization:read', 'member:manage'),
      await holding('membership:decide'),
      await holding('membership:decide', 'member:manage'),
    ];
    const remove = (token: typeof reading, memberId = carla.memberId) =>
      test.codeOf(removeMember, { organizationId, memberId }, 'nobody', token);
    const accept = (token: typeof reading) =>
      test.codeOf(acceptRole, { organizationId, memberId: ben.memberId }, 'nobody', token);
    expect([await accept(reading), await accept(deciding)]).toEqual(['API_TOKEN_SCOPE_MISSING', 'ROLE_NOT_OFFERED']);
    expect([await remove(reading), await remove(deciding), await remove(managing)]).toEqual([
      'API_TOKEN_SCOPE_MISSING',
      'API_TOKEN_SCOPE_MISSING',
      'ok',
    ]);
    expect([await remove(reading, ben.memberId), await remove(deciding, ben.memberId)]).toEqual([
      'API_TOKEN_SCOPE_MISSING',
      'ok',
    ]);
  });

  it('never exceeds the current permissions of the person (ROL-6, C-ROL-15)', async () => {
    const { organizationId } = anna;
    const { accessToken } = await exchange((await make(ben, ['member:manage', 'organization:read'])).token);
    const list = () => test.codeOf(listInvitations, { organizationId }, 'nobody', bearing(accessToken));
    expect(await list()).toBe('ok');
    await test.call(changeMember, { organizationId, memberId: ben.memberId, role: 'collaborator' }, anna.as);
    expect(await list()).toBe('PERMISSION_DENIED');
    await test.call(changeMember, { organizationId, memberId: ben.memberId, isBlocked: true }, anna.as);
    expect(await test.codeOf(getOrganization, { organizationId }, 'nobody', bearing(accessToken))).toBe(
      'PERMISSION_DENIED',
    );
  });

  it('records the last use once a minute', async () => {
    const made = await make(ben);
    const lastUse = async () =>
      (await test.call(listApiTokens, {}, ben.as)).data.find(({ id }) => id === made.id)!.lastUsedAt;
    await exchange(made.token);
    const first = await lastUse();
    expect(Date.parse(first!)).toBeGreaterThanOrEqual(Date.parse(made.createdAt));
    later(30_000);
    await exchange(made.token);
    expect(await lastUse()).toBe(first);
    later(31_000);
    await exchange(made.token);
    expect(Date.parse((await lastUse())!) - Date.parse(first!)).toBeGreaterThanOrEqual(60_000);
  });

  it('expires with the API token, after ten minutes at the latest', async () => {
    const made = await make(ben, undefined, { expiresInDays: 1 });
    const now = test.process.clock.now().getTime();
    const lasting = Date.parse((await exchange(made.token)).expiresAt) - now;
    expect([lasting > 598_000, lasting <= 600_000]).toEqual([true, true]);
    later(DAY_MS - 60_000);
    const { accessToken, expiresAt } = await exchange(made.token);
    expect(Date.parse(expiresAt)).toBe(Math.floor(Date.parse(made.expiresAt) / 1000) * 1000);
    later(70_000);
    expect(await exchangeCode(made.token)).toBe('API_TOKEN_INVALID');
    expect(
      await test.codeOf(getOrganization, { organizationId: anna.organizationId }, 'nobody', bearing(accessToken)),
    ).toBe('SIGN_IN_REQUIRED');
    // The expired token is still listed, so that its owner finds the reason of the error.
    expect((await test.call(listApiTokens, {}, ben.as)).data.map(({ id }) => id)).toContain(made.id);
  });

  it('is rejected with the same error for every invalid token', async () => {
    const [made, other] = [await make(ben), await make(ben)];
    await test.call(revokeApiToken, { tokenId: other.id }, ben.as);
    // The prefix of one token with the secret of another; the checksum matches neither.
    const mixed = made.token.slice(0, 18) + other.token.slice(18);
    for (const token of ['', 'cordee_x_y', made.token.slice(0, -1), `${made.token}0`, mixed, other.token]) {
      await expect(exchange(token)).rejects.toMatchObject({
        code: 'API_TOKEN_INVALID',
        status: 401,
        detail: undefined,
      });
    }
  });
});

describe('the end of an API token', () => {
  const ended = async (): Promise<string[]> =>
    (await test.call(listEndedSessions, {}, { service: 'gateway' })).sessionIds;

  it('by its owner takes effect immediately, also for its access tokens, and is idempotent (ACC-3)', async () => {
    const made = await make(ben);
    const { accessToken } = await exchange(made.token);
    const read = () =>
      test.codeOf(getOrganization, { organizationId: anna.organizationId }, 'nobody', bearing(accessToken));
    expect(await read()).toBe('ok');
    await test.call(revokeApiToken, { tokenId: made.id }, ben.as);
    expect([await read(), await exchangeCode(made.token)]).toEqual(['API_TOKEN_INVALID', 'API_TOKEN_INVALID']);
    await test.call(revokeApiToken, { tokenId: made.id }, ben.as);
    expect(await test.eventsOf(made.id)).toMatchObject([
      { type: 'identity.api_token.created' },
      { type: 'identity.api_token.ended', data: { tokenId: made.id, cause: 'revoked' } },
    ]);
    expect(await test.call(listApiTokens, {}, ben.as)).toEqual({ data: [] });
    // A process that starts later receives the end too, while access tokens may still be valid.
    expect(await ended()).toContain(made.id);
    later(20 * 60_000 + 1);
    expect(await ended()).not.toContain(made.id);
  });

  it('follows the removal of the member, for tokens of this organization only (ROL-8)', async () => {
    const { organizationId } = anna;
    const [here, alsoHere, elsewhere, others] = [
      await make(ben),
      await make(ben),
      await make(ben, undefined, { organizationId: ben.organizationId }),
      await make(anna),
    ];
    const { accessToken } = await exchange(here.token);
    await test.call(removeMember, { organizationId, memberId: ben.memberId }, anna.as);
    expect(await Promise.all([here, alsoHere, elsewhere, others].map(({ token }) => exchangeCode(token)))).toEqual([
      'API_TOKEN_INVALID',
      'API_TOKEN_INVALID',
      'ok',
      'ok',
    ]);
    expect(await test.codeOf(getOrganization, { organizationId }, 'nobody', bearing(accessToken))).toBe(
      'API_TOKEN_INVALID',
    );
    const events = (await test.eventsOf(organizationId)).filter(
      ({ type, data }) => `evt.${type}.v1` === apiTokenEnded.subject && data['accountId'] === ben.accountId,
    );
    expect(events.map(({ data }) => data)).toEqual(
      [here, alsoHere].map(({ id }) => ({
        organizationId,
        tokenId: id,
        accountId: ben.accountId,
        cause: 'member_removed',
      })),
    );
    // A person who comes back has no tokens (ROL-7).
    await test.call(acceptInvitation, { token: await people.invite(anna, 'administrator', ben.email) }, 'nobody');
    expect([
      await exchangeCode(here.token),
      (await test.call(listApiTokens, {}, ben.as)).data.map(({ id }) => id),
    ]).toEqual(['API_TOKEN_INVALID', [elsewhere.id]]);
  });

  it('covers a token that is created concurrently with the removal', async () => {
    for (let round = 0; round < 5; round += 1) {
      const dora = await people.join(anna, 'collaborator');
      const [made] = await Promise.allSettled([
        make(dora),
        test.call(removeMember, { organizationId: anna.organizationId, memberId: dora.memberId }, anna.as),
      ]);
      if (made.status === 'fulfilled') expect(await exchangeCode(made.value.token)).toBe('API_TOKEN_INVALID');
      else expect(made.reason).toMatchObject({ code: 'ORGANIZATION_NOT_FOUND' });
    }
  });
});
