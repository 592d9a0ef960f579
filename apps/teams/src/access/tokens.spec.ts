import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkAccess, checkManyAccess, explainAccess, listPersonAccess } from '@cordee/contracts/teams/access';
import { giveGrant, listGrants } from '@cordee/contracts/teams/grant';
import { addTeamMembers, changeTeam, getTeam, removeTeamMember } from '@cordee/contracts/teams/team';
import type { Caller } from '@cordee/testing/test-service';
import { Customer, TeamsFixture, type PersonName } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
let one: Customer;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());
beforeEach(() => {
  one = new Customer(fixture);
});

/** A caller with a token of the organization and the scope to ask about access. */
const token = (name: PersonName, ...scopes: string[]): Caller => ({
  account: one.people[name],
  limits: { organizationId: one.organizationId, scopes: ['access:ask', ...scopes] },
});
const question = (right: string, more: { accountId?: `acc_${string}` } = {}) => ({
  right,
  productId: one.hosting,
  ...more,
});
const check = async (as: Caller, right: string, accountId?: `acc_${string}`) =>
  (
    await fixture.test.call(
      checkAccess,
      { organizationId: one.organizationId, ...question(right, accountId ? { accountId } : {}) },
      as,
    )
  ).isAllowed;

describe('access with a token (ACC-1)', () => {
  it('is limited to the scopes of the token', async () => {
    await one.give('ben', 'technical');
    expect(
      await Promise.all(
        [
          token('ben', 'right:technical'),
          token('ben', 'right:*'),
          token('ben', 'right:statistics'),
          token('ben', 'product:manage'),
          one.as.ben,
        ].map((as) => check(as, 'technical')),
      ),
    ).toEqual([true, true, false, false, true]);
    expect(
      await Promise.all(
        [token('ben', 'right:*'), token('admin', 'right:technical')].map((as) => check(as, 'statistics')),
      ),
    ).toEqual([false, false]);
  });

  it('is the same in a bulk check, with and without an account id', async () => {
    await one.give('ben', 'technical');
    const questions = [
      question('technical'),
      question('technical', { accountId: one.people.ben }),
      question('statistics'),
    ];
    const ask = async (as: Caller) =>
      (await fixture.test.call(checkManyAccess, { organizationId: one.organizationId, questions }, as)).results;
    expect([
      await ask(token('ben', 'right:technical')),
      await ask(token('ben', 'right:read')),
      await ask(one.as.ben),
    ]).toEqual([
      [true, true, false],
      [false, false, false],
      [true, true, false],
    ]);
  });

  it('is explained in a sentence, in every language', async () => {
    await one.give('ben', 'technical');
    const texts = new Set<string>();
    for (const language of ['en', 'fr', 'de', 'it', 'es'] as const) {
      const answer = await fixture.test.call(
        explainAccess,
        { organizationId: one.organizationId, ...question('technical') },
        token('ben', 'right:read'),
        { for: { language, requestId: 'r', traceparent: undefined, token: undefined, reason: undefined } },
      );
      expect(answer).toMatchObject({ isAllowed: false, refusal: 'token_scope_missing', chains: [] });
      texts.add(answer.text);
    }
    expect([texts.size, [...texts].every((text) => /token|jeton/i.test(text))]).toEqual([5, true]);
  });

  it('lists only the rights in the scopes', async () => {
    await one.give('ben', 'technical');
    await one.give('ben', 'statistics');
    await one.give('ben', 'change', { kind: 'resource', productId: one.drive, resourceId: one.folder });
    const list = async (as: Caller) =>
      (await fixture.test.call(listPersonAccess, { organizationId: one.organizationId }, as)).data.map(
        ({ productId, resource, rights, through }) => [resource?.resourceId ?? productId, rights, through.length],
      );
    expect(await list(token('ben', 'right:technical'))).toEqual([[one.hosting, ['technical'], 1]]);
    expect(await list(token('ben', 'right:view'))).toEqual(
      [
        [one.drive, [], 0],
        [one.folder, ['view'], 1],
      ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 0)),
    );
    expect(await list(token('ben'))).toEqual([]);
    expect(await list(token('ben', 'right:*'))).toEqual(await list(one.as.ben));
  });
});

describe('answers to a token about others', () => {
  it('require the scope and are not limited by it', async () => {
    await one.give('ben', 'technical');
    expect(
      await fixture.test.codeOf(
        checkAccess,
        { organizationId: one.organizationId, ...question('technical', { accountId: one.people.ben }) },
        token('admin', 'right:*'),
      ),
    ).toBe('PERMISSION_DENIED');
    expect(await check(token('admin', 'member:manage'), 'technical', one.people.ben)).toBe(true);
    expect(await check(token('admin', 'member:manage'), 'technical')).toBe(false);
  });

  it('are limited to the scopes where every member may call the operation', async () => {
    const { organizationId } = one;
    const team = await one.team('Web', { accountIds: [one.people.ben] });
    await one.give('cleo', 'technical');
    const grants = async (...scopes: string[]) =>
      (await fixture.test.call(listGrants, { organizationId }, token('chief', 'team:read', ...scopes))).data.length;
    expect([await grants(), await grants('team:manage')]).toEqual([0, 1]);
    const codes = async (...scopes: string[]) => [
      await fixture.test.codeOf(getTeam, { organizationId, teamId: team.id }, token('chief', ...scopes)),
      await fixture.test.codeOf(
        addTeamMembers,
        { organizationId, teamId: team.id, members: [{ accountId: one.people.cleo }] },
        token('chief', ...scopes),
      ),
      await fixture.test.codeOf(
        removeTeamMember,
        { organizationId, teamId: team.id, accountId: one.people.cleo },
        token('chief', ...scopes),
      ),
      await fixture.test.codeOf(
        changeTeam,
        { organizationId, teamId: team.id, name: 'Net' },
        token('chief', ...scopes),
      ),
      await fixture.test.codeOf(
        giveGrant,
        {
          organizationId,
          holder: one.person('cleo'),
          object: { kind: 'product', productId: one.hosting },
          right: 'statistics',
        },
        token('chief', ...scopes),
      ),
    ];
    const missing = 'API_TOKEN_SCOPE_MISSING';
    expect(await codes()).toEqual([missing, missing, missing, missing, missing]);
    expect(await codes('team:read')).toEqual(['ok', missing, missing, missing, missing]);
    expect(await codes('team:read', 'team:manage')).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });
});
