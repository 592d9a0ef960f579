import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getMe } from '@cordee/contracts/identity/account';
import {
  apiTokenEnded,
  createApiToken,
  exchangeApiToken,
  listApiTokens,
  revokeApiToken,
} from '@cordee/contracts/identity/api-token';
import { acceptInvitation, inviteMember, listInvitations } from '@cordee/contracts/identity/invitation';
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
import { IdentityFixture, type JoinedPerson, type Person } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
let test: TestService;
let anna: Person;
let ben: JoinedPerson;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
  test = fixture.service;
});
afterAll(() => test.stop());
beforeEach(async () => {
  anna = await fixture.signUp();
  ben = await fixture.join(anna, 'administrator');
});

type CreatedToken = Answer<typeof createApiToken>;
const createToken = (
  person: Pick<Person, 'as'>,
  scopes: string[] = ['organization:read'],
  options: { organizationId?: `org_${string}`; expiresInDays?: number; name?: string } = {},
): Promise<CreatedToken> =>
  test.call(createApiToken, { organizationId: anna.organizationId, name: 'Backup', scopes, ...options }, person.as);
const exchange = (token: string) => test.call(exchangeApiToken, { token }, { service: 'gateway' });
/** Returns the error code of an exchange, or 'ok'. */
const codeOfExchange = (token: string) => test.codeOf(exchangeApiToken, { token }, { service: 'gateway' });
/** Sends the access token as the gateway does. */
const withAccessToken = (accessToken: string): CallOptions => ({
  causedBy: { token: accessToken, requestId: 'r', traceparent: undefined, language: 'en', reason: undefined },
});
const advanceClock = (ms: number): void =>
  test.moveClockTo(new Date(test.process.clock.now().getTime() + ms).toISOString());
const DAY_MS = 86_400_000;
const unknownOrganizationId = 'org_01je5nryg0fgz9y05x3mqpmjrg';

describe('an API token', () => {
  it('is shown once, and only its hash is stored (ORG-4)', async () => {
    const created = await createToken(ben, ['organization:read', 'right:technical', 'organization:read']);
    expect(created).toMatchObject({
      name: 'Backup',
      scopes: ['organization:read', 'right:technical'],
      organization: { id: anna.organizationId },
      lastUsedAt: null,
    });
    expect(Date.parse(created.expiresAt) - Date.parse(created.createdAt)).toBe(90 * DAY_MS);
    expect(created.token.startsWith(`${created.prefix}_`)).toBe(true);
    const { token, ...shown } = created;
    expect(await test.call(listApiTokens, {}, ben.as)).toEqual({ data: [shown], nextCursor: null });
    const storedText =
      JSON.stringify(await test.rows(`select to_jsonb(api_token) from api_token where id = $1`, [uuid(created.id)])) +
      JSON.stringify(await test.outbox());
    expect(storedText).not.toContain(token.slice(created.prefix.length + 1));
    expect((await test.eventsOf(created.id)).at(-1)).toMatchObject({
      type: 'identity.api_token.created',
      data: { tokenId: created.id, accountId: ben.accountId, scopes: created.scopes },
    });
  });

  it('of another account cannot be listed or revoked', async () => {
    const created = await createToken(ben);
    expect(await test.call(listApiTokens, {}, anna.as)).toEqual({ data: [], nextCursor: null });
    expect(await test.codeOf(revokeApiToken, { tokenId: created.id }, anna.as)).toBe('API_TOKEN_NOT_FOUND');
    expect(await codeOfExchange(created.token)).toBe('ok');
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
    await expect(createToken(ben, undefined, input)).rejects.toMatchObject({
      code,
      errors: pointers.map((pointer) => expect.objectContaining({ pointer })),
    });
  });

  it('needs a membership with permissions in the organization', async () => {
    const stranger = await fixture.signUp();
    await expect(createToken(stranger)).rejects.toMatchObject({ code: 'ORGANIZATION_NOT_FOUND' });
    await expect(createToken(ben, undefined, { organizationId: unknownOrganizationId })).rejects.toMatchObject({
      code: 'ORGANIZATION_NOT_FOUND',
    });
    await test.call(
      changeMember,
      { organizationId: anna.organizationId, memberId: ben.memberId, isBlocked: true },
      anna.as,
    );
    await expect(createToken(ben)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('is not created when the account has a hundred tokens, also under concurrency', async () => {
    await test.rows(
      `insert into api_token (id, account_id, organization_id, prefix, hash, name, scopes, created_at, expires_at)
       select gen_random_uuid(), $1, $2, gen_random_uuid()::text, ''::bytea, 'n', '{}', $3, $3
       from generate_series(1, 98)`,
      [uuid(ben.accountId), uuid(anna.organizationId), test.process.clock.now()],
    );
    // With 98 tokens, two of four concurrent requests reach the limit of a hundred.
    const created = await Promise.allSettled([1, 2, 3, 4].map(() => createToken(ben)));
    expect(
      created.map((each) => (each.status === 'fulfilled' ? 'ok' : (each.reason as { code: string }).code)).sort(),
    ).toEqual(['API_TOKEN_LIMIT', 'API_TOKEN_LIMIT', 'ok', 'ok']);
  });
});

describe('the access token of an API token', () => {
  it('acts as the person in one organization, within the scopes', async () => {
    const otherOrganization = await test.call(createOrganization, { name: 'Elsewhere' }, ben.as);
    const { accessToken } = await exchange((await createToken(ben, ['organization:read', 'member:read'])).token);
    const { organizationId } = anna;
    const codeWithToken = (contract: Parameters<typeof test.codeOf>[0], input: object) =>
      test.codeOf(contract, input, 'nobody', withAccessToken(accessToken));
    expect(await codeWithToken(getOrganization, { organizationId })).toBe('ok');
    expect(await codeWithToken(listMembers, { organizationId })).toBe('ok');
    expect(await codeWithToken(listInvitations, { organizationId })).toBe('API_TOKEN_SCOPE_MISSING');
    await expect(
      test.call(changeOrganization, { organizationId }, 'nobody', withAccessToken(accessToken)),
    ).rejects.toMatchObject({
      code: 'API_TOKEN_SCOPE_MISSING',
      status: 403,
      detail: 'the scope organization:manage is required',
    });
    // Other organizations of the person are not found.
    for (const otherOrganizationId of [otherOrganization.id, ben.organizationId, unknownOrganizationId])
      expect(await codeWithToken(getOrganization, { organizationId: otherOrganizationId })).toBe(
        'ORGANIZATION_NOT_FOUND',
      );
  });

  it('has no access to operations of the account or of staff', async () => {
    await test.rows(`update account set is_staff = true where id = $1`, [uuid(ben.accountId)]);
    const created = await createToken(ben, ['organization:read', 'member:manage', 'right:*']);
    const { accessToken } = await exchange(created.token);
    const codeWithToken = (contract: Parameters<typeof test.codeOf>[0], input: object) =>
      test.codeOf(contract, input, 'nobody', withAccessToken(accessToken));
    for (const contract of [getMe, getSecondFactor, listSessions, listApiTokens, listMyOrganizations])
      expect([contract.subject, await codeWithToken(contract, {})]).toEqual([
        contract.subject,
        'API_TOKEN_SCOPE_MISSING',
      ]);
    expect(
      await codeWithToken(createApiToken, { organizationId: anna.organizationId, name: 'More', scopes: ['right:*'] }),
    ).toBe('API_TOKEN_SCOPE_MISSING');
    expect(await codeWithToken(revokeApiToken, { tokenId: created.id })).toBe('API_TOKEN_SCOPE_MISSING');
    expect(await codeWithToken(listLiveSupportAccesses, {})).toBe('NOT_FOUND');
    // A public operation ignores the access token: the acceptance asks for the details of a new account.
    const token = await fixture.invite(anna, 'collaborator', 'new-with-token@example.ch');
    expect(await codeWithToken(acceptInvitation, { token })).toBe('ACCOUNT_DETAILS_REQUIRED');
  });

  it('cannot change who is in the organization, whatever its scopes are', async () => {
    const { organizationId } = anna;
    const scopes = ['organization:manage', 'membership:decide', 'member:manage', 'support:grant'];
    const options = withAccessToken((await exchange((await createToken(ben, scopes)).token)).accessToken);
    const { memberId } = ben;
    expect(
      await Promise.all([
        test.codeOf(removeMember, { organizationId, memberId }, 'nobody', options),
        test.codeOf(changeMember, { organizationId, memberId, isBlocked: true }, 'nobody', options),
        test.codeOf(acceptRole, { organizationId, memberId }, 'nobody', options),
        test.codeOf(changeOrganization, { organizationId }, 'nobody', options),
        test.codeOf(inviteMember, { organizationId, email: 'x@example.ch', role: 'external' }, 'nobody', options),
      ]),
    ).toEqual(Array.from({ length: 5 }, () => 'API_TOKEN_SCOPE_MISSING'));
  });

  it('never exceeds the current permissions of the person (ROL-6, C-ROL-15)', async () => {
    const { organizationId } = anna;
    const { accessToken } = await exchange((await createToken(ben, ['member:manage', 'organization:read'])).token);
    const codeOfList = () => test.codeOf(listInvitations, { organizationId }, 'nobody', withAccessToken(accessToken));
    expect(await codeOfList()).toBe('ok');
    await test.call(changeMember, { organizationId, memberId: ben.memberId, role: 'collaborator' }, anna.as);
    expect(await codeOfList()).toBe('PERMISSION_DENIED');
    await test.call(changeMember, { organizationId, memberId: ben.memberId, isBlocked: true }, anna.as);
    expect(await test.codeOf(getOrganization, { organizationId }, 'nobody', withAccessToken(accessToken))).toBe(
      'PERMISSION_DENIED',
    );
  });

  it('is issued with a record of the last use of the API token, at most once a minute', async () => {
    const created = await createToken(ben);
    const lastUse = async () =>
      (await test.call(listApiTokens, {}, ben.as)).data.find(({ id }) => id === created.id)!.lastUsedAt;
    await exchange(created.token);
    const first = await lastUse();
    expect(Date.parse(first!)).toBeGreaterThanOrEqual(Date.parse(created.createdAt));
    advanceClock(30_000);
    await exchange(created.token);
    expect(await lastUse()).toBe(first);
    advanceClock(31_000);
    await exchange(created.token);
    expect(Date.parse((await lastUse())!) - Date.parse(first!)).toBeGreaterThanOrEqual(60_000);
  });

  it('expires with the API token, after ten minutes at the latest', async () => {
    const created = await createToken(ben, undefined, { expiresInDays: 1 });
    const now = test.process.clock.now().getTime();
    const lifetimeMs = Date.parse((await exchange(created.token)).expiresAt) - now;
    // The expiry is rounded down to a second.
    expect([lifetimeMs > 598_000, lifetimeMs <= 600_000]).toEqual([true, true]);
    advanceClock(DAY_MS - 60_000);
    const { accessToken, expiresAt } = await exchange(created.token);
    expect(Date.parse(expiresAt)).toBe(Math.floor(Date.parse(created.expiresAt) / 1000) * 1000);
    advanceClock(70_000);
    expect(await codeOfExchange(created.token)).toBe('API_TOKEN_INVALID');
    expect(
      await test.codeOf(
        getOrganization,
        { organizationId: anna.organizationId },
        'nobody',
        withAccessToken(accessToken),
      ),
    ).toBe('SIGN_IN_REQUIRED');
    // The expired token is still listed, so that its owner finds the reason of the error.
    expect((await test.call(listApiTokens, {}, ben.as)).data.map(({ id }) => id)).toContain(created.id);
  });

  it('is not issued for an invalid API token, and the error is always the same', async () => {
    const [created, other] = [await createToken(ben), await createToken(ben)];
    await test.call(revokeApiToken, { tokenId: other.id }, ben.as);
    // `mixedToken` has the prefix of one token and the secret of another, so its checksum is wrong.
    const secretStart = created.prefix.length + 1;
    const mixedToken = created.token.slice(0, secretStart) + other.token.slice(secretStart);
    for (const token of ['', 'cordee_x_y', created.token.slice(0, -1), `${created.token}0`, mixedToken, other.token]) {
      await expect(exchange(token)).rejects.toMatchObject({
        code: 'API_TOKEN_INVALID',
        status: 401,
        detail: undefined,
      });
    }
  });
});

describe('the end of an API token', () => {
  const listEndedIds = async (): Promise<string[]> =>
    (await test.call(listEndedSessions, {}, { service: 'gateway' })).sessionIds;

  it('by its owner takes effect immediately, also for its access tokens, and is idempotent (ACC-3)', async () => {
    const created = await createToken(ben);
    const { accessToken } = await exchange(created.token);
    const codeOfRead = () =>
      test.codeOf(getOrganization, { organizationId: anna.organizationId }, 'nobody', withAccessToken(accessToken));
    expect(await codeOfRead()).toBe('ok');
    await test.call(revokeApiToken, { tokenId: created.id }, ben.as);
    expect([await codeOfRead(), await codeOfExchange(created.token)]).toEqual([
      'API_TOKEN_INVALID',
      'API_TOKEN_INVALID',
    ]);
    await test.call(revokeApiToken, { tokenId: created.id }, ben.as);
    expect(await test.eventsOf(created.id)).toMatchObject([
      { type: 'identity.api_token.created' },
      { type: 'identity.api_token.ended', data: { tokenId: created.id, cause: 'revoked' } },
    ]);
    expect(await test.call(listApiTokens, {}, ben.as)).toEqual({ data: [], nextCursor: null });
    // A process that starts later still learns of the end while access tokens may be valid.
    expect(await listEndedIds()).toContain(created.id);
    // The end is listed for twice the lifetime of an access token.
    advanceClock(20 * 60_000 + 1);
    expect(await listEndedIds()).not.toContain(created.id);
  });

  it('by the removal of the member covers only the tokens of this organization (ROL-8)', async () => {
    const { organizationId } = anna;
    const [firstToken, secondToken, tokenOfOtherOrganization, tokenOfAnna] = [
      await createToken(ben),
      await createToken(ben),
      await createToken(ben, undefined, { organizationId: ben.organizationId }),
      await createToken(anna),
    ];
    const { accessToken } = await exchange(firstToken.token);
    await test.call(removeMember, { organizationId, memberId: ben.memberId }, anna.as);
    expect(
      await Promise.all(
        [firstToken, secondToken, tokenOfOtherOrganization, tokenOfAnna].map(({ token }) => codeOfExchange(token)),
      ),
    ).toEqual(['API_TOKEN_INVALID', 'API_TOKEN_INVALID', 'ok', 'ok']);
    expect(await test.codeOf(getOrganization, { organizationId }, 'nobody', withAccessToken(accessToken))).toBe(
      'API_TOKEN_INVALID',
    );
    const events = (await test.eventsOf(organizationId)).filter(
      ({ type, data }) => `evt.${type}.v1` === apiTokenEnded.subject && data['accountId'] === ben.accountId,
    );
    expect(events.map(({ data }) => data)).toEqual(
      [firstToken, secondToken].map(({ id }) => ({
        organizationId,
        tokenId: id,
        accountId: ben.accountId,
        cause: 'member_removed',
      })),
    );
    // A person who joins again has no tokens in this organization (ROL-7).
    await test.call(acceptInvitation, { token: await fixture.invite(anna, 'administrator', ben.email) }, ben.as);
    expect([
      await codeOfExchange(firstToken.token),
      (await test.call(listApiTokens, {}, ben.as)).data.map(({ id }) => id),
    ]).toEqual(['API_TOKEN_INVALID', [tokenOfOtherOrganization.id]]);
  });

  it('by the removal of the member covers a token that is created concurrently', async () => {
    for (let round = 0; round < 5; round += 1) {
      const dora = await fixture.join(anna, 'collaborator');
      const [created] = await Promise.allSettled([
        createToken(dora),
        test.call(removeMember, { organizationId: anna.organizationId, memberId: dora.memberId }, anna.as),
      ]);
      if (created.status === 'fulfilled') expect(await codeOfExchange(created.value.token)).toBe('API_TOKEN_INVALID');
      else expect(created.reason).toMatchObject({ code: 'ORGANIZATION_NOT_FOUND' });
    }
  });
});
