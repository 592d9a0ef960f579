import { describe, expect, it } from '@jest/globals';
import type { Role } from '@cordee/contracts/permissions';
import type { GrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import type { Decision, Question } from './decide.ts';
import { OrganizationAccess, type PartRows } from './organization-access.ts';
import { TypeRights } from './type-rights.ts';

const at = new Date('2026-06-01T12:00:00Z');
const hosting = 'prd_hosting';
type Rows = PartRows['people']['people'];
const memberOf = (accountId: `acc_${string}`): `mem_${string}` => `mem_${accountId.slice(4)}`;
const person = (accountId: `acc_${string}`, role: Role, extra: Partial<Rows[number]> = {}): Rows[number] => ({
  accountId,
  memberId: memberOf(accountId),
  role,
  flags: [],
  isBlocked: false,
  ...extra,
});
const team = (
  teamId: `team_${string}`,
  parentId: `team_${string}` | null = null,
  extra: Partial<GrantSnapshot['teams'][number]> = {},
): GrantSnapshot['teams'][number] => ({
  teamId,
  parentId,
  name: teamId,
  isMembersOnly: false,
  parentEndsAt: null,
  ...extra,
});
const member = (
  teamId: `team_${string}`,
  accountId: `acc_${string}`,
  endsAt: string | null = null,
): GrantSnapshot['memberships'][number] => ({ teamId, memberId: memberOf(accountId), endsAt });
const grant = (
  grantId: `grt_${string}`,
  holder: GrantSnapshot['grants'][number]['holder'],
  right: string,
  object?: GrantSnapshot['grants'][number]['object'],
  endsAt: string | null = null,
): GrantSnapshot['grants'][number] => ({
  grantId,
  holder,
  object: object ?? { kind: 'product', productId: hosting, ownershipNumber: 1 },
  right,
  endsAt,
});
const toBen = { kind: 'account', accountId: 'acc_ben', memberId: 'mem_ben' } as const;
const toEva = { kind: 'account', accountId: 'acc_eva', memberId: 'mem_eva' } as const;
/** A folder of the product, lying in another one. */
const folder = (
  resourceId: `res_${string}`,
  parentId: `res_${string}` | null = null,
  ownerAccountId: `acc_${string}` | null = null,
) => ({
  resourceId,
  productId: 'prd_hosting' as const,
  kind: 'folder',
  name: resourceId,
  parentId,
  ownerAccountId,
  ownerMemberId: ownerAccountId && memberOf(ownerAccountId),
});
const onFolder = (resourceId: `res_${string}`) => ({
  kind: 'resource' as const,
  productId: 'prd_hosting' as const,
  resourceId,
  ownershipNumber: 1,
});
const tree = [folder('res_a'), folder('res_b', 'res_a'), folder('res_c', 'res_b')];

function given(
  parts: {
    people?: Rows;
    resources?: ReturnType<typeof folder>[];
    isBlocked?: boolean;
    ownershipNumber?: number;
    support?: PartRows['people']['support'];
  } & Partial<Pick<GrantSnapshot, 'teams' | 'memberships' | 'grants' | 'restrictions'>>,
): OrganizationAccess {
  const {
    teams = [],
    memberships = [],
    grants = [],
    restrictions = [],
    resources = [folder('res_a'), folder('res_b')],
    isBlocked = false,
    ownershipNumber = 1,
  } = parts;
  return OrganizationAccess.from(
    {
      people: {
        changed: null,
        support: parts.support ?? [],
        people: parts.people ?? [
          person('acc_chief', 'legal_representative'),
          person('acc_admin', 'administrator'),
          person('acc_ben', 'collaborator'),
          person('acc_eva', 'external'),
        ],
      },
      grants: { changed: null, teams, memberships, grants, restrictions },
      products: {
        changed: null,
        products: [{ productId: hosting, type: 'web_hosting', name: 'alpine.example', isBlocked, ownershipNumber }],
        resources,
      },
    },
    TypeRights.from([{ type: 'web_hosting', rights: ['technical', 'statistics', 'manage'] }]),
  );
}

/** What decides is what checks. */
function ask(
  access: OrganizationAccess,
  accountId: `acc_${string}`,
  right: string,
  rest: Partial<Question> = {},
): Decision {
  const question: Question = { accountId, right, productId: hosting, at, ...rest };
  const decision = access.decide(question);
  expect(access.check(question)).toBe(decision.allowed);
  return decision;
}

describe('decide', () => {
  it('gives management to the upper roles, and content to nobody by role (ROL-1, ACC-4)', () => {
    const facts = given({});
    expect(ask(facts, 'acc_admin', 'technical')).toMatchObject({
      allowed: true,
      chains: [{ via: 'role', role: 'administrator' }],
    });
    expect(ask(facts, 'acc_chief', 'read')).toMatchObject({ allowed: false, refusal: 'no_grant' });
  });

  it('gives by role and by support access only the rights that the type has; a grant proves its own', () => {
    const support = [
      {
        supportAccessId: 'sup_1' as const,
        accountId: 'acc_staff' as const,
        level: 'write' as const,
        withContent: true,
        products: null,
        grantedByMemberId: null,
        endsAt: '2026-06-02T00:00:00.000Z',
      },
    ];
    const facts = given({ support, grants: [grant('grt_1', toBen, 'banana')] });
    for (const accountId of ['acc_admin', 'acc_staff'] as const) {
      for (const right of ['banana', 'ticket_control'])
        expect(ask(facts, accountId, right)).toMatchObject({ allowed: false, refusal: 'right_unknown', chains: [] });
      expect(ask(facts, accountId, 'statistics').allowed).toBe(true);
    }
    expect(ask(facts, 'acc_ben', 'banana')).toMatchObject({ allowed: true, chains: [{ via: 'grant' }] });
    expect(ask(facts, 'acc_ben', 'ticket_control').refusal).toBe('no_grant');
    expect(facts.whoHas({ right: 'banana', productId: hosting, at }).map(({ accountId }) => accountId)).toEqual([
      'acc_ben',
    ]);
    const toAdmin = { kind: 'account', accountId: 'acc_admin', memberId: 'mem_admin' } as const;
    expect(ask(given({ grants: [grant('grt_1', toAdmin, 'banana')] }), 'acc_admin', 'banana').chains).toMatchObject([
      { via: 'grant' },
    ]);
  });

  it('keeps one source when the other goes (C-TEAM-01, C-TEAM-02)', () => {
    const teams = [team('team_1'), team('team_2')];
    const grants = [
      grant('grt_1', { kind: 'team', teamId: 'team_1' }, 'technical'),
      grant('grt_2', { kind: 'team', teamId: 'team_2' }, 'technical'),
      grant('grt_3', { kind: 'team', teamId: 'team_2' }, 'statistics'),
    ];
    const inBoth = [member('team_1', 'acc_ben'), member('team_2', 'acc_ben')];
    expect(ask(given({ teams, grants, memberships: inBoth }), 'acc_ben', 'technical').chains).toHaveLength(2);
    expect(ask(given({ teams, grants, memberships: inBoth.slice(1) }), 'acc_ben', 'technical').chains).toHaveLength(1);
    expect(ask(given({ teams, grants, memberships: [] }), 'acc_ben', 'technical')).toMatchObject({
      allowed: false,
      refusal: 'no_grant',
    });
  });

  it('lets members of a child team have the grants of its parents, not the other way round (TEAM-5)', () => {
    const facts = given({
      teams: [team('team_all'), team('team_web', 'team_all')],
      memberships: [member('team_web', 'acc_ben')],
      grants: [grant('grt_1', { kind: 'team', teamId: 'team_all' }, 'technical')],
    });
    expect(ask(facts, 'acc_ben', 'technical').chains).toMatchObject([
      { via: 'grant', teams: ['team_web', 'team_all'] },
    ]);
    const reversed = given({
      teams: [team('team_all'), team('team_web', 'team_all')],
      grants: [grant('grt_1', { kind: 'team', teamId: 'team_web' }, 'technical')],
      memberships: [member('team_all', 'acc_ben')],
    });
    expect(ask(reversed, 'acc_ben', 'technical').allowed).toBe(false);
  });

  it('does not loop on a cycle of teams', () => {
    const facts = given({
      teams: [team('team_a', 'team_b'), team('team_b', 'team_a')],
      memberships: [member('team_a', 'acc_ben')],
      grants: [grant('grt_1', { kind: 'team', teamId: 'team_b' }, 'technical')],
    });
    expect(ask(facts, 'acc_ben', 'technical').allowed).toBe(true);
  });

  it('leaves externals out of whole-organization shares and never gives them manage (C-TEAM-11, C-ROL-18)', () => {
    const facts = given({
      grants: [grant('grt_1', { kind: 'organization' }, 'technical'), grant('grt_2', toEva, 'manage')],
    });
    expect(ask(facts, 'acc_ben', 'technical').allowed).toBe(true);
    expect(ask(facts, 'acc_eva', 'technical')).toMatchObject({ allowed: false, refusal: 'no_grant' });
    expect(ask(facts, 'acc_eva', 'manage')).toMatchObject({ allowed: false, refusal: 'external_capped' });
  });

  it('stops limited rights on a blocked product and keeps administrators (C-TEAM-10)', () => {
    const facts = given({ isBlocked: true, grants: [grant('grt_1', toBen, 'technical')] });
    expect(ask(facts, 'acc_ben', 'technical')).toMatchObject({ allowed: false, refusal: 'product_blocked' });
    expect(ask(facts, 'acc_admin', 'technical').allowed).toBe(true);
  });

  it('ends a grant and a membership at their instant', () => {
    const direct = given({ grants: [grant('grt_1', toBen, 'technical', undefined, at.toISOString())] });
    expect(ask(direct, 'acc_ben', 'technical').allowed).toBe(false);
    expect(ask(direct, 'acc_ben', 'technical', { at: new Date(at.getTime() - 1) }).allowed).toBe(true);
  });

  it('covers all products of a type, one product, or one resource', () => {
    const byType = given({
      grants: [grant('grt_1', toBen, 'technical', { kind: 'product_type', type: 'web_hosting' })],
    });
    expect(ask(byType, 'acc_ben', 'technical').allowed).toBe(true);
    const byResource = given({
      grants: [
        grant('grt_1', toBen, 'read', {
          kind: 'resource',
          productId: hosting,
          resourceId: 'res_a',
          ownershipNumber: 1,
        }),
      ],
    });
    expect(ask(byResource, 'acc_ben', 'read', { resourceId: 'res_a' }).allowed).toBe(true);
    expect(ask(byResource, 'acc_ben', 'read', { resourceId: 'res_b' }).allowed).toBe(false);
    expect(ask(byResource, 'acc_ben', 'read').allowed).toBe(false);
  });

  it('gives the narrower levels of a drive with the wider one, and caps an external at change (C-TEAM-11)', () => {
    const facts = given({ grants: [grant('grt_1', toEva, 'manage'), grant('grt_2', toBen, 'change')] });
    expect(ask(facts, 'acc_eva', 'change')).toMatchObject({ allowed: true, chains: [{ grant: { right: 'manage' } }] });
    expect(ask(facts, 'acc_eva', 'view').allowed).toBe(true);
    expect(ask(facts, 'acc_ben', 'view').allowed).toBe(true);
    expect(ask(facts, 'acc_ben', 'manage').allowed).toBe(false);
    expect(ask(facts, 'acc_admin', 'change')).toMatchObject({ allowed: false, refusal: 'no_grant' });
  });

  it('lets the owner of a resource read it, and nobody else without a grant (ACC-4)', () => {
    const facts = given({ resources: [folder('res_a', null, 'acc_ben'), folder('res_b')] });
    expect(ask(facts, 'acc_ben', 'read', { resourceId: 'res_a' })).toMatchObject({
      allowed: true,
      chains: [{ via: 'owner' }],
    });
    expect(ask(facts, 'acc_ben', 'technical', { resourceId: 'res_a' }).allowed).toBe(false);
    expect(ask(facts, 'acc_ben', 'read', { resourceId: 'res_b' }).allowed).toBe(false);
    expect(ask(facts, 'acc_admin', 'read', { resourceId: 'res_a' }).allowed).toBe(false);
  });
});

describe('folders (PROD-2)', () => {
  const onRoot = grant('grt_1', { kind: 'team', teamId: 'team_1' }, 'change', onFolder('res_a'));
  const inTeam = {
    resources: tree,
    teams: [team('team_1')],
    memberships: [member('team_1', 'acc_ben'), member('team_1', 'acc_eva')],
  };
  const levels = (access: OrganizationAccess, accountId: `acc_${string}`) =>
    (['res_a', 'res_b', 'res_c'] as const).map(
      (resourceId) =>
        (['change', 'view'] as const).find((right) => ask(access, accountId, right, { resourceId }).allowed) ?? 'none',
    );

  it('pass on what is given on them, and on the product, to what lies in them', () => {
    expect(levels(given({ ...inTeam, grants: [onRoot] }), 'acc_ben')).toEqual(['change', 'change', 'change']);
    expect(
      levels(
        given({
          ...inTeam,
          grants: [
            grant('grt_1', toBen, 'view', { kind: 'product', productId: hosting, ownershipNumber: 1 }),
            grant('grt_2', toBen, 'change', onFolder('res_b')),
          ],
        }),
        'acc_ben',
      ),
    ).toEqual(['view', 'change', 'change']);
  });

  it('inherit nothing where one person was taken out, and again when inheritance is restored (C-TEAM-12)', () => {
    const restrictions = [
      { holder: toBen, resourceId: 'res_b' as const, ownershipNumber: 1, right: null, endsAt: null },
    ];
    const restricted = given({ ...inTeam, grants: [onRoot], restrictions });
    expect([levels(restricted, 'acc_ben'), levels(restricted, 'acc_eva')]).toEqual([
      ['change', 'none', 'none'],
      ['change', 'change', 'change'],
    ]);
    expect(ask(restricted, 'acc_ben', 'view', { resourceId: 'res_c' })).toMatchObject({
      refusal: 'inheritance_restricted',
    });
    const sharedAgain = given({
      ...inTeam,
      grants: [onRoot, grant('grt_2', toBen, 'view', onFolder('res_a'))],
      restrictions,
    });
    expect(levels(sharedAgain, 'acc_ben')).toEqual(['change', 'none', 'none']);
    expect(levels(given({ ...inTeam, grants: [onRoot] }), 'acc_ben')).toEqual(['change', 'change', 'change']);
  });

  const toTeam = { kind: 'team', teamId: 'team_1' } as const;
  const override = (
    holder: GrantSnapshot['restrictions'][number]['holder'],
    resourceId: `res_${string}`,
    right: string | null,
  ): GrantSnapshot['restrictions'][number] => ({ holder, resourceId, ownershipNumber: 1, right, endsAt: null });

  it('narrow what a team inherits, by way of that team alone; the original grant gives the rest (TEAM-3)', () => {
    const restrictions = [override(toTeam, 'res_b', 'view')];
    const narrowed = given({ ...inTeam, grants: [onRoot], restrictions });
    expect(levels(narrowed, 'acc_ben')).toEqual(['change', 'view', 'view']);
    expect(ask(narrowed, 'acc_ben', 'view', { resourceId: 'res_c' }).chains).toMatchObject([
      { via: 'grant', grant: { id: 'grt_1' }, gives: ['view'] },
    ]);
    expect(ask(narrowed, 'acc_ben', 'change', { resourceId: 'res_c' }).refusal).toBe('inheritance_restricted');
    const direct = grant('grt_2', toBen, 'change', onFolder('res_a'));
    expect(levels(given({ ...inTeam, grants: [onRoot, direct], restrictions }), 'acc_ben')).toEqual([
      'change',
      'change',
      'change',
    ]);
    const inTwo = {
      ...inTeam,
      teams: [team('team_1'), team('team_2')],
      memberships: [...inTeam.memberships, member('team_2', 'acc_ben')],
      grants: [onRoot, grant('grt_2', { kind: 'team', teamId: 'team_2' }, 'change', onFolder('res_a'))],
    };
    expect(levels(given({ ...inTwo, restrictions }), 'acc_ben')).toEqual(['change', 'change', 'change']);
  });

  it('give nothing that was not inherited, however wide the right of the override', () => {
    const wide = (right: string) =>
      levels(given({ ...inTeam, grants: [onRoot], restrictions: [override(toTeam, 'res_b', right)] }), 'acc_ben');
    expect([wide('manage'), wide('change'), wide('statistics')]).toEqual([
      ['change', 'change', 'change'],
      ['change', 'change', 'change'],
      ['change', 'none', 'none'],
    ]);
    const alone = given({ ...inTeam, restrictions: [override(toBen, 'res_b', 'change')] });
    expect(ask(alone, 'acc_ben', 'view', { resourceId: 'res_b' }).refusal).toBe('no_grant');
  });

  it('leave nothing to a person who is excluded, where their team is overridden further in (C-TEAM-12)', () => {
    const both = (...restrictions: GrantSnapshot['restrictions']) => {
      const access = given({ ...inTeam, grants: [onRoot], restrictions });
      return [levels(access, 'acc_ben'), levels(access, 'acc_eva')];
    };
    const all = ['change', 'change', 'change'];
    expect(both(override(toBen, 'res_b', null), override(toTeam, 'res_c', 'change'))).toEqual([
      ['change', 'none', 'none'],
      all,
    ]);
    const narrowed = ['change', 'change', 'view'];
    expect(both(override(toBen, 'res_c', null), override(toTeam, 'res_c', 'view'))).toEqual([
      ['change', 'change', 'none'],
      narrowed,
    ]);
    expect(both(override(toTeam, 'res_b', 'view'), override(toBen, 'res_c', 'manage'))[0]).toEqual([
      'change',
      'view',
      'view',
    ]);
  });

  it('leave what is given on the overridden resource itself and below it', () => {
    const between = grant('grt_2', toTeam, 'change', onFolder('res_b'));
    const excluded = override(toBen, 'res_b', null);
    const withOverrides = (...restrictions: GrantSnapshot['restrictions']) =>
      levels(given({ ...inTeam, grants: [onRoot, between], restrictions }), 'acc_ben');
    expect(withOverrides(excluded)).toEqual(['change', 'change', 'change']);
    // It is inherited further in, and reduced there like anything else.
    expect(withOverrides(excluded, override(toTeam, 'res_c', 'view'))).toEqual(['change', 'change', 'view']);
  });

  it('are the owner’s with all that lies in them, restricted or not', () => {
    const owned = given({
      resources: [folder('res_a', null, 'acc_ben'), ...tree.slice(1)],
      restrictions: [{ holder: toBen, resourceId: 'res_b', ownershipNumber: 1, right: null, endsAt: null }],
    });
    expect(levels(owned, 'acc_ben')).toEqual(['change', 'change', 'change']);
  });

  it('end a restriction at its instant', () => {
    const access = given({
      ...inTeam,
      grants: [onRoot],
      restrictions: [{ holder: toBen, resourceId: 'res_b', ownershipNumber: 1, right: null, endsAt: at.toISOString() }],
    });
    expect(ask(access, 'acc_ben', 'view', { resourceId: 'res_b', at: new Date(at.getTime() - 1) }).allowed).toBe(false);
    expect(ask(access, 'acc_ben', 'view', { resourceId: 'res_b' }).allowed).toBe(true);
  });

  it('let an external delete only what is theirs', () => {
    const access = given({ ...inTeam, grants: [onRoot] });
    expect(ask(access, 'acc_eva', 'change', { resourceId: 'res_b' })).toMatchObject({
      allowed: true,
      isOwnFilesOnly: true,
    });
    expect(ask(access, 'acc_ben', 'change', { resourceId: 'res_b' })).toMatchObject({
      allowed: true,
      isOwnFilesOnly: false,
    });
  });

  it('are unknown where they are not, whatever was given on the product', () => {
    const access = given({ grants: [grant('grt_1', toBen, 'view')] });
    expect(ask(access, 'acc_ben', 'view', { resourceId: 'res_elsewhere' })).toMatchObject({
      allowed: false,
      refusal: 'resource_unknown',
    });
  });
});

describe('teams (TEAM-5)', () => {
  const grants = [grant('grt_1', { kind: 'team', teamId: 'team_all' }, 'technical')];

  it('give nothing to externals when they are for members only', () => {
    const facts = (isMembersOnly: boolean) =>
      given({
        teams: [team('team_all', null, { isMembersOnly }), team('team_web', 'team_all')],
        memberships: [member('team_web', 'acc_eva'), member('team_web', 'acc_ben')],
        grants,
      });
    expect([
      ask(facts(false), 'acc_eva', 'technical').allowed,
      ask(facts(true), 'acc_eva', 'technical').allowed,
      ask(facts(true), 'acc_ben', 'technical').allowed,
    ]).toEqual([true, false, true]);
  });

  it('lose what their parent gives when their place in it ends, those aside who are in the parent themselves (C-TEAM-21)', () => {
    const facts = given({
      teams: [team('team_all'), team('team_web', 'team_all', { parentEndsAt: at.toISOString() })],
      memberships: [member('team_web', 'acc_ben'), member('team_web', 'acc_eva'), member('team_all', 'acc_eva')],
      grants,
    });
    expect([ask(facts, 'acc_ben', 'technical').allowed, ask(facts, 'acc_eva', 'technical').allowed]).toEqual([
      false,
      true,
    ]);
    const before = { at: new Date(at.getTime() - 1) };
    expect([
      ask(facts, 'acc_ben', 'technical', before).chains.length,
      ask(facts, 'acc_eva', 'technical', before).chains.length,
    ]).toEqual([1, 2]);
  });
});

describe('somebody who comes back', () => {
  const again = [person('acc_ben', 'collaborator', { memberId: 'mem_again' })];

  it('has nothing of what they were given before: directly, by a team, or by owning it (ROL-7)', () => {
    const parts = {
      teams: [team('team_1')],
      memberships: [member('team_1', 'acc_ben')],
      grants: [grant('grt_1', toBen, 'technical'), grant('grt_2', { kind: 'team', teamId: 'team_1' }, 'statistics')],
      resources: [folder('res_a', null, 'acc_ben')],
    };
    const may = (access: OrganizationAccess) => [
      ask(access, 'acc_ben', 'technical').allowed,
      ask(access, 'acc_ben', 'statistics').allowed,
      ask(access, 'acc_ben', 'view', { resourceId: 'res_a' }).allowed,
    ];
    expect(may(given(parts))).toEqual([true, true, true]);
    const back = given({ ...parts, people: again });
    expect(may(back)).toEqual([false, false, false]);
    expect([
      back.whatCan('acc_ben', at),
      [...back.visibleProducts('acc_ben', at)],
      back.whoHas({ right: 'technical', productId: hosting, at }),
    ]).toEqual([[], [], []]);
  });
});

describe('a product that comes back', () => {
  it('has nothing of what was given on it before, or restricted in it; what is given on its type counts (PROD-5)', () => {
    const parts = {
      grants: [
        grant('grt_1', toBen, 'technical'),
        grant('grt_2', toBen, 'view', onFolder('res_a')),
        grant('grt_3', toEva, 'view', { kind: 'product_type', type: 'web_hosting' }),
      ],
      restrictions: [{ holder: toEva, resourceId: 'res_a' as const, ownershipNumber: 1, right: null, endsAt: null }],
    };
    const may = (access: OrganizationAccess) => [
      ask(access, 'acc_ben', 'technical').allowed,
      ask(access, 'acc_ben', 'view', { resourceId: 'res_a' }).allowed,
      ask(access, 'acc_eva', 'view', { resourceId: 'res_a' }).allowed,
    ];
    expect([may(given(parts)), may(given({ ...parts, ownershipNumber: 2 }))]).toEqual([
      [true, true, false],
      [false, false, true],
    ]);
  });
});

describe('support access (SUP-3)', () => {
  const entry = (rest: Partial<PartRows['people']['support'][number]>) => ({
    supportAccessId: 'sup_1' as const,
    accountId: 'acc_staff' as const,
    level: 'write' as const,
    withContent: false,
    products: null,
    grantedByMemberId: null,
    endsAt: '2026-06-02T00:00:00.000Z',
    ...rest,
  });

  it.each<[string, Parameters<typeof entry>[0], string[]]>([
    ['to look', { level: 'read' }, ['statistics']],
    ['to look, at content too', { level: 'read', withContent: true }, ['statistics', 'view']],
    ['to change', {}, ['technical', 'statistics', 'manage']],
    ['to change, content too', { withContent: true }, ['technical', 'statistics', 'view', 'change', 'manage']],
    [
      'for this product',
      { products: [{ productId: hosting, ownershipNumber: 1 }] },
      ['technical', 'statistics', 'manage'],
    ],
    ['for another product', { products: [{ productId: 'prd_other', ownershipNumber: 1 }] }, []],
    ['for this product when it was here another time', { products: [{ productId: hosting, ownershipNumber: 2 }] }, []],
    ['as somebody gave it who has nothing on it', { grantedByMemberId: 'mem_ben' }, []],
    ['as somebody gave it who has left', { grantedByMemberId: 'mem_gone' }, []],
    [
      'as somebody gave it who has something on it',
      { grantedByMemberId: 'mem_eva' },
      ['technical', 'statistics', 'manage'],
    ],
    ['until now', { endsAt: at.toISOString() }, []],
    ['for somebody else', { accountId: 'acc_other' }, []],
  ])('lets the staff in %s', (_, rest, rights) => {
    const access = given({ support: [entry(rest)], grants: [grant('grt_1', toEva, 'statistics')] });
    expect(
      ['technical', 'statistics', 'view', 'change', 'manage'].filter(
        (right) => ask(access, 'acc_staff', right).allowed,
      ),
    ).toEqual(rights);
    expect(access.visibleProducts('acc_staff', at).has(hosting)).toBe(rights.length > 0);
  });

  it('is one source among others, named in the chains and among those who have the right', () => {
    const access = given({
      support: [entry({}), entry({ accountId: 'acc_ben', supportAccessId: 'sup_2' })],
      grants: [grant('grt_1', toBen, 'technical')],
    });
    expect(ask(access, 'acc_staff', 'technical').chains).toEqual([
      { via: 'support', supportAccessId: 'sup_1', endsAt: '2026-06-02T00:00:00.000Z' },
    ]);
    expect(ask(access, 'acc_ben', 'technical').chains.map(({ via }) => via)).toEqual(['grant', 'support']);
    expect(
      access
        .whoHas({ right: 'technical', productId: hosting, at })
        .map(({ accountId, role }) => `${accountId} ${role}`)
        .sort(),
    ).toEqual([
      'acc_admin administrator',
      'acc_ben collaborator',
      'acc_chief legal_representative',
      'acc_staff support',
    ]);
  });

  it('is stopped by a block of the product, as all who do not manage it by role', () => {
    expect(ask(given({ support: [entry({})], isBlocked: true }), 'acc_staff', 'technical')).toMatchObject({
      allowed: false,
      refusal: 'product_blocked',
    });
  });
});

describe('a second factor that is asked for (C-ROL-24)', () => {
  it('stops everybody who has none, managers too', () => {
    const access = given({
      people: [
        person('acc_admin', 'administrator', { lacksSecondFactor: true }),
        person('acc_ben', 'collaborator', { lacksSecondFactor: true }),
      ],
      grants: [grant('grt_1', toBen, 'technical')],
    });
    for (const accountId of ['acc_admin', 'acc_ben'] as const)
      expect(ask(access, accountId, 'technical')).toMatchObject({ allowed: false, refusal: 'second_factor_missing' });
    expect([
      access.may('acc_admin', 'organization:read'),
      access.whoHas({ right: 'technical', productId: hosting, at }),
    ]).toEqual([false, []]);
  });
});

describe('the scopes of a token', () => {
  const scoped = (access: OrganizationAccess, accountId: `acc_${string}`, right: string, ...scopes: string[]) =>
    ask(access, accountId, right, { scopes: new Set(scopes) });

  it.each<[string, string[], boolean]>([
    ['technical', ['right:technical'], true],
    ['technical', ['right:*'], true],
    ['technical', ['right:statistics', 'product:manage'], false],
    ['technical', ['technical'], false],
    ['technical', [], false],
    // A wider right gives a narrower one; a scope is what it says and no more.
    ['view', ['right:change'], false],
    ['view', ['right:view'], true],
  ])('hold %s with %j: %s', (right, scopes, allowed) => {
    const access = given({ grants: [grant('grt_1', toBen, 'technical'), grant('grt_2', toBen, 'change')] });
    expect(scoped(access, 'acc_ben', right, ...scopes)).toMatchObject(
      allowed ? { allowed, refusal: null } : { allowed, refusal: 'token_scope_missing', chains: [] },
    );
    expect(ask(access, 'acc_ben', right).allowed).toBe(true);
  });

  it('cap a role, what one owns and support access too, and give nothing that is not there', () => {
    const access = given({
      resources: [folder('res_a', null, 'acc_ben')],
      support: [
        {
          supportAccessId: 'sup_1',
          accountId: 'acc_staff',
          level: 'write',
          withContent: false,
          products: null,
          grantedByMemberId: null,
          endsAt: '2026-06-02T00:00:00.000Z',
        },
      ],
    });
    expect(
      ['acc_admin', 'acc_staff'].map(
        (accountId) => scoped(access, accountId as 'acc_admin', 'technical', 'right:read').refusal,
      ),
    ).toEqual(['token_scope_missing', 'token_scope_missing']);
    expect(ask(access, 'acc_ben', 'read', { resourceId: 'res_a', scopes: new Set(['right:technical']) }).refusal).toBe(
      'token_scope_missing',
    );
    expect(scoped(access, 'acc_ben', 'technical', 'right:*').refusal).toBe('no_grant');
  });

  it('are named only where nothing else stops the person', () => {
    const grants = [grant('grt_1', toBen, 'technical'), grant('grt_2', toEva, 'manage')];
    expect(scoped(given({ grants, isBlocked: true }), 'acc_ben', 'technical', 'right:read').refusal).toBe(
      'product_blocked',
    );
    expect(scoped(given({ grants }), 'acc_eva', 'manage', 'right:read').refusal).toBe('external_capped');
    expect(scoped(given({ grants }), 'acc_ben', 'statistics', 'right:read').refusal).toBe('no_grant');
  });

  it('cap the permissions that are asked for inside a door', () => {
    const { people } = given({});
    const scopes = new Set(['member:read', 'right:*']);
    expect([
      people.may('acc_admin', 'member:read', scopes),
      people.may('acc_admin', 'member:manage', scopes),
      people.maySee('acc_admin', 'member:manage', at, scopes),
      people.maySee('acc_ben', 'member:read', at, scopes),
    ]).toEqual([true, false, false, true]);
  });
});

describe('the permissions of doors', () => {
  it.each<[Role, ('billing.view' | 'billing.pay')[], boolean, boolean]>([
    ['legal_representative', [], true, true],
    ['administrator', [], true, true],
    ['collaborator', [], false, false],
    ['collaborator', ['billing.view'], true, false],
    ['collaborator', ['billing.pay'], false, true],
    ['external', ['billing.view'], true, false],
    ['external', ['billing.pay'], false, false],
  ])('%s with %j: documents %s, payments %s', (role, flags, documents, payments) => {
    const access = given({ people: [person('acc_x', role, { flags })] });
    expect(access.may('acc_x', 'document:read')).toBe(documents);
    expect(access.may('acc_x', 'payment:make')).toBe(payments);
  });

  it('is gone for a blocked person and for a stranger', () => {
    const access = given({ people: [person('acc_x', 'administrator', { isBlocked: true })] });
    expect(access.may('acc_x', 'member:manage')).toBe(false);
    expect(access.may('acc_y', 'organization:read')).toBe(false);
  });
});
