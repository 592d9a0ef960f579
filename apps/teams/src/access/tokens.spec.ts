import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkAccess, checkManyAccess, explainAccess, listPersonAccess } from '@cordee/contracts/teams/access';
import { giveGrant, listGrants } from '@cordee/contracts/teams/grant';
import { addTeamMembers, changeTeam, getTeam, removeTeamMember } from '@cordee/contracts/teams/team';
import type { Caller } from '@cordee/testing/test-service';
import { Customer, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
let customer: Customer;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());
beforeEach(() => {
  customer = new Customer(fixture);
});

/** A caller with an API token of the organization. The token has the scope to ask about access. */
const tokenOf = (name: PersonName, ...scopes: string[]): Caller => ({
  account: customer.people[name],
  limits: { organizationId: customer.organizationId, scopes: ['access:ask', ...scopes] },
});
const questionAbout = (right: string, subject: { accountId?: `acc_${string}` } = {}) => ({
  right,
  productId: customer.hosting,
  ...subject,
});
const check = async (caller: Caller, right: string, accountId?: `acc_${string}`) =>
  (
    await fixture.test.call(
      checkAccess,
      { organizationId: customer.organizationId, ...questionAbout(right, accountId ? { accountId } : {}) },
      caller,
    )
  ).isAllowed;

describe('access with a token (ACC-1)', () => {
  it('is limited to the scopes of the token', async () => {
    await customer.give('ben', 'technical');
    expect(
      await Promise.all(
        [
          tokenOf('ben', 'right:technical'),
          tokenOf('ben', 'right:*'),
          tokenOf('ben', 'right:statistics'),
          tokenOf('ben', 'product:manage'),
          customer.as.ben,
        ].map((caller) => check(caller, 'technical')),
      ),
    ).toEqual([true, true, false, false, true]);
    expect(
      await Promise.all(
        [tokenOf('ben', 'right:*'), tokenOf('admin', 'right:technical')].map((caller) => check(caller, 'statistics')),
      ),
    ).toEqual([false, false]);
  });

  it('is limited in a bulk check too, with and without an account id', async () => {
    await customer.give('ben', 'technical');
    const questions = [
      questionAbout('technical'),
      questionAbout('technical', { accountId: customer.people.ben }),
      questionAbout('statistics'),
    ];
    const checkMany = async (caller: Caller) =>
      (await fixture.test.call(checkManyAccess, { organizationId: customer.organizationId, questions }, caller))
        .results;
    expect([
      await checkMany(tokenOf('ben', 'right:technical')),
      await checkMany(tokenOf('ben', 'right:read')),
      await checkMany(customer.as.ben),
    ]).toEqual([
      [true, true, false],
      [false, false, false],
      [true, true, false],
    ]);
  });

  it('is denied outside the scopes with an explanation in every language', async () => {
    await customer.give('ben', 'technical');
    const texts = new Set<string>();
    for (const language of ['en', 'fr', 'de', 'it', 'es'] as const) {
      const answer = await fixture.test.call(
        explainAccess,
        { organizationId: customer.organizationId, ...questionAbout('technical') },
        tokenOf('ben', 'right:read'),
        { causedBy: { language, requestId: 'r', traceparent: undefined, token: undefined, reason: undefined } },
      );
      expect(answer).toMatchObject({ isAllowed: false, refusal: 'token_scope_missing', chains: [] });
      texts.add(answer.text);
    }
    expect([texts.size, [...texts].every((text) => /token|jeton/i.test(text))]).toEqual([5, true]);
  });

  it('includes only the rights in the scopes when the access is listed', async () => {
    await customer.give('ben', 'technical');
    await customer.give('ben', 'statistics');
    await customer.give('ben', 'change', { kind: 'resource', productId: customer.drive, resourceId: customer.folder });
    const list = async (caller: Caller) =>
      (await fixture.test.call(listPersonAccess, { organizationId: customer.organizationId }, caller)).data.map(
        ({ productId, resource, rights, through }) => [resource?.resourceId ?? productId, rights, through.length],
      );
    expect(await list(tokenOf('ben', 'right:technical'))).toEqual([[customer.hosting, ['technical'], 1]]);
    expect(await list(tokenOf('ben', 'right:view'))).toEqual(
      [
        [customer.drive, [], 0],
        [customer.folder, ['view'], 1],
      ].sort(([one], [other]) => (String(one) < String(other) ? -1 : 0)),
    );
    expect(await list(tokenOf('ben'))).toEqual([]);
    expect(await list(tokenOf('ben', 'right:*'))).toEqual(await list(customer.as.ben));
  });
});

describe('a token', () => {
  it('needs `member:manage` for a question about another person, but no scope of the requested right', async () => {
    await customer.give('ben', 'technical');
    expect(
      await fixture.test.codeOf(
        checkAccess,
        { organizationId: customer.organizationId, ...questionAbout('technical', { accountId: customer.people.ben }) },
        tokenOf('admin', 'right:*'),
      ),
    ).toBe('PERMISSION_DENIED');
    expect(await check(tokenOf('admin', 'member:manage'), 'technical', customer.people.ben)).toBe(true);
    expect(await check(tokenOf('admin', 'member:manage'), 'technical')).toBe(false);
  });

  it('needs the scope of an operation, even when every member may call the operation', async () => {
    const { organizationId } = customer;
    const team = await customer.createTeam('Web', { accountIds: [customer.people.ben] });
    await customer.give('cleo', 'technical');
    const countGrants = async (...scopes: string[]) =>
      (await fixture.test.call(listGrants, { organizationId }, tokenOf('chief', 'team:read', ...scopes))).data.length;
    // Without `team:manage`, the list has only the grants of the person of the token.
    expect([await countGrants(), await countGrants('team:manage')]).toEqual([0, 1]);
    const codes = async (...scopes: string[]) => [
      await fixture.test.codeOf(getTeam, { organizationId, teamId: team.id }, tokenOf('chief', ...scopes)),
      await fixture.test.codeOf(
        addTeamMembers,
        { organizationId, teamId: team.id, members: [{ accountId: customer.people.cleo }] },
        tokenOf('chief', ...scopes),
      ),
      await fixture.test.codeOf(
        removeTeamMember,
        { organizationId, teamId: team.id, accountId: customer.people.cleo },
        tokenOf('chief', ...scopes),
      ),
      await fixture.test.codeOf(
        changeTeam,
        { organizationId, teamId: team.id, name: 'Net' },
        tokenOf('chief', ...scopes),
      ),
      await fixture.test.codeOf(
        giveGrant,
        {
          organizationId,
          holder: customer.holderFor('cleo'),
          object: { kind: 'product', productId: customer.hosting },
          right: 'statistics',
        },
        tokenOf('chief', ...scopes),
      ),
    ];
    const scopeMissing = 'API_TOKEN_SCOPE_MISSING';
    expect(await codes()).toEqual([scopeMissing, scopeMissing, scopeMissing, scopeMissing, scopeMissing]);
    expect(await codes('team:read')).toEqual(['ok', scopeMissing, scopeMissing, scopeMissing, scopeMissing]);
    expect(await codes('team:read', 'team:lead')).toEqual([
      'ok',
      scopeMissing,
      scopeMissing,
      scopeMissing,
      scopeMissing,
    ]);
    expect(await codes('team:read', 'team:lead', 'team:manage')).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });
});
