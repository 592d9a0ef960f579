import { describe, expect, it } from '@jest/globals';
import type { Role } from '@cordee/contracts/permissions';
import type { GrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import type { Decision, Question } from './decide-access.ts';
import { OrganizationAccess, type PartRows } from './organization-access.ts';
import { TypeRights } from './type-rights.ts';

const at = new Date('2026-06-01T12:00:00Z');
const hosting = 'prd_hosting';
type PersonRow = PartRows['people']['people'][number];
const memberOf = (accountId: `acc_${string}`): `mem_${string}` => `mem_${accountId.slice(4)}`;
const person = (accountId: `acc_${string}`, role: Role, extra: Partial<PersonRow> = {}): PersonRow => ({
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
const membership = (
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
const benAsHolder = { kind: 'account', accountId: 'acc_ben', memberId: 'mem_ben' } as const;
const evaAsHolder = { kind: 'account', accountId: 'acc_eva', memberId: 'mem_eva' } as const;
const chiefAsHolder = { kind: 'account', accountId: 'acc_chief', memberId: 'mem_chief' } as const;
/** A folder of the product; without `parentId`, it is not inside another folder. */
const folder = (
  resourceId: `res_${string}`,
  {
    parentId = null,
    ownerAccountId = null,
  }: { parentId?: `res_${string}` | null; ownerAccountId?: `acc_${string}` | null } = {},
) => ({
  resourceId,
  productId: 'prd_hosting' as const,
  kind: 'folder',
  name: resourceId,
  parentId,
  ownerAccountId,
  ownerMemberId: ownerAccountId && memberOf(ownerAccountId),
});
const folderAsObject = (resourceId: `res_${string}`) => ({
  kind: 'resource' as const,
  productId: 'prd_hosting' as const,
  resourceId,
  ownershipNumber: 1,
});
/** Three nested folders: res_c is inside res_b, and res_b is inside res_a. */
const tree = [folder('res_a'), folder('res_b', { parentId: 'res_a' }), folder('res_c', { parentId: 'res_b' })];

function accessWith(
  parts: {
    people?: PersonRow[];
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

/** Asserts that `check` and `decide` agree. */
function decideAndCheck(
  access: OrganizationAccess,
  accountId: `acc_${string}`,
  right: string,
  changes: Partial<Question> = {},
): Decision {
  const question: Question = { accountId, right, productId: hosting, at, ...changes };
  const decision = access.decide(question);
  expect(access.check(question)).toBe(decision.isAllowed);
  return decision;
}

describe('decide', () => {
  it('gives managers every right but content rights by role (ROL-1, ACC-4)', () => {
    const access = accessWith({});
    expect(decideAndCheck(access, 'acc_admin', 'technical')).toMatchObject({
      isAllowed: true,
      chains: [{ via: 'role', role: 'administrator' }],
    });
    expect(decideAndCheck(access, 'acc_chief', 'read')).toMatchObject({ isAllowed: false, refusal: 'no_grant' });
  });

  it('gives managers and staff only rights of the product type; a grant gives its right in any case', () => {
    const support = [
      {
        supportAccessId: 'sup_1' as const,
        accountId: 'acc_staff' as const,
        level: 'write' as const,
        withContent: true,
        products: null,
        grantedByMemberId: 'mem_admin' as const,
        endsAt: '2026-06-02T00:00:00.000Z',
      },
    ];
    const access = accessWith({ support, grants: [grant('grt_1', benAsHolder, 'banana')] });
    for (const accountId of ['acc_admin', 'acc_staff'] as const) {
      for (const right of ['banana', 'ticket_control'])
        expect(decideAndCheck(access, accountId, right)).toMatchObject({
          isAllowed: false,
          refusal: 'right_unknown',
          chains: [],
        });
      expect(decideAndCheck(access, accountId, 'statistics').isAllowed).toBe(true);
    }
    expect(decideAndCheck(access, 'acc_ben', 'banana')).toMatchObject({ isAllowed: true, chains: [{ via: 'grant' }] });
    expect(decideAndCheck(access, 'acc_ben', 'ticket_control').refusal).toBe('no_grant');
    expect(
      access.findAccountsWithRight({ right: 'banana', productId: hosting, at }).map(({ accountId }) => accountId),
    ).toEqual(['acc_ben']);
    const toAdmin = { kind: 'account', accountId: 'acc_admin', memberId: 'mem_admin' } as const;
    expect(
      decideAndCheck(accessWith({ grants: [grant('grt_1', toAdmin, 'banana')] }), 'acc_admin', 'banana').chains,
    ).toMatchObject([{ via: 'grant' }]);
  });

  it('keeps one source of a right when another ends (C-TEAM-01, C-TEAM-02)', () => {
    const teams = [team('team_1'), team('team_2')];
    const grants = [
      grant('grt_1', { kind: 'team', teamId: 'team_1' }, 'technical'),
      grant('grt_2', { kind: 'team', teamId: 'team_2' }, 'technical'),
      grant('grt_3', { kind: 'team', teamId: 'team_2' }, 'statistics'),
    ];
    const inBothTeams = [membership('team_1', 'acc_ben'), membership('team_2', 'acc_ben')];
    expect(
      decideAndCheck(accessWith({ teams, grants, memberships: inBothTeams }), 'acc_ben', 'technical').chains,
    ).toHaveLength(2);
    expect(
      decideAndCheck(
        accessWith({ teams, grants, memberships: [membership('team_2', 'acc_ben')] }),
        'acc_ben',
        'technical',
      ).chains,
    ).toHaveLength(1);
    expect(decideAndCheck(accessWith({ teams, grants, memberships: [] }), 'acc_ben', 'technical')).toMatchObject({
      isAllowed: false,
      refusal: 'no_grant',
    });
  });

  it('gives members of a child team the grants of the parent teams, and not the reverse (TEAM-5)', () => {
    const access = accessWith({
      teams: [team('team_all'), team('team_web', 'team_all')],
      memberships: [membership('team_web', 'acc_ben')],
      grants: [grant('grt_1', { kind: 'team', teamId: 'team_all' }, 'technical')],
    });
    expect(decideAndCheck(access, 'acc_ben', 'technical').chains).toMatchObject([
      { via: 'grant', teams: ['team_web', 'team_all'] },
    ]);
    const reversed = accessWith({
      teams: [team('team_all'), team('team_web', 'team_all')],
      grants: [grant('grt_1', { kind: 'team', teamId: 'team_web' }, 'technical')],
      memberships: [membership('team_all', 'acc_ben')],
    });
    expect(decideAndCheck(reversed, 'acc_ben', 'technical').isAllowed).toBe(false);
  });

  it('decides although the parent teams form a cycle', () => {
    const access = accessWith({
      teams: [team('team_a', 'team_b'), team('team_b', 'team_a')],
      memberships: [membership('team_a', 'acc_ben')],
      grants: [grant('grt_1', { kind: 'team', teamId: 'team_b' }, 'technical')],
    });
    expect(decideAndCheck(access, 'acc_ben', 'technical').isAllowed).toBe(true);
  });

  it('excludes externals from grants to the organization and from the right `manage` (C-TEAM-11, C-ROL-18)', () => {
    const access = accessWith({
      grants: [grant('grt_1', { kind: 'organization' }, 'technical'), grant('grt_2', evaAsHolder, 'manage')],
    });
    expect(decideAndCheck(access, 'acc_ben', 'technical').isAllowed).toBe(true);
    expect(decideAndCheck(access, 'acc_eva', 'technical')).toMatchObject({ isAllowed: false, refusal: 'no_grant' });
    expect(decideAndCheck(access, 'acc_eva', 'manage')).toMatchObject({ isAllowed: false, refusal: 'external_capped' });
  });

  it('denies a granted right on a blocked product to a collaborator, but not to an administrator (C-TEAM-10)', () => {
    const access = accessWith({ isBlocked: true, grants: [grant('grt_1', benAsHolder, 'technical')] });
    expect(decideAndCheck(access, 'acc_ben', 'technical')).toMatchObject({
      isAllowed: false,
      refusal: 'product_blocked',
    });
    expect(decideAndCheck(access, 'acc_admin', 'technical').isAllowed).toBe(true);
  });

  it('ends a grant at its end time', () => {
    const endingGrant = accessWith({
      grants: [{ ...grant('grt_1', benAsHolder, 'technical'), endsAt: at.toISOString() }],
    });
    expect(decideAndCheck(endingGrant, 'acc_ben', 'technical').isAllowed).toBe(false);
    expect(decideAndCheck(endingGrant, 'acc_ben', 'technical', { at: new Date(at.getTime() - 1) }).isAllowed).toBe(
      true,
    );
  });

  it('applies a grant to all products of a type, to one product, or to one resource', () => {
    const byType = accessWith({
      grants: [grant('grt_1', benAsHolder, 'technical', { kind: 'product_type', type: 'web_hosting' })],
    });
    expect(decideAndCheck(byType, 'acc_ben', 'technical').isAllowed).toBe(true);
    const byResource = accessWith({
      grants: [
        grant('grt_1', benAsHolder, 'read', {
          kind: 'resource',
          productId: hosting,
          resourceId: 'res_a',
          ownershipNumber: 1,
        }),
      ],
    });
    expect(decideAndCheck(byResource, 'acc_ben', 'read', { resourceId: 'res_a' }).isAllowed).toBe(true);
    expect(decideAndCheck(byResource, 'acc_ben', 'read', { resourceId: 'res_b' }).isAllowed).toBe(false);
    expect(decideAndCheck(byResource, 'acc_ben', 'read').isAllowed).toBe(false);
  });

  it('gives the narrower rights of a drive with a wider right; an external has at most `change` (C-TEAM-11)', () => {
    const access = accessWith({
      grants: [grant('grt_1', evaAsHolder, 'manage'), grant('grt_2', benAsHolder, 'change')],
    });
    expect(decideAndCheck(access, 'acc_eva', 'change')).toMatchObject({
      isAllowed: true,
      chains: [{ grant: { right: 'manage' } }],
    });
    expect(decideAndCheck(access, 'acc_eva', 'view').isAllowed).toBe(true);
    expect(decideAndCheck(access, 'acc_ben', 'view').isAllowed).toBe(true);
    expect(decideAndCheck(access, 'acc_ben', 'manage').isAllowed).toBe(false);
    expect(decideAndCheck(access, 'acc_admin', 'change')).toMatchObject({ isAllowed: false, refusal: 'no_grant' });
  });

  it('lets the owner of a resource read it, and nobody else without a grant (ACC-4)', () => {
    const access = accessWith({ resources: [folder('res_a', { ownerAccountId: 'acc_ben' }), folder('res_b')] });
    expect(decideAndCheck(access, 'acc_ben', 'read', { resourceId: 'res_a' })).toMatchObject({
      isAllowed: true,
      chains: [{ via: 'owner' }],
    });
    expect(decideAndCheck(access, 'acc_ben', 'technical', { resourceId: 'res_a' }).isAllowed).toBe(false);
    expect(decideAndCheck(access, 'acc_ben', 'read', { resourceId: 'res_b' }).isAllowed).toBe(false);
    expect(decideAndCheck(access, 'acc_admin', 'read', { resourceId: 'res_a' }).isAllowed).toBe(false);
  });
});

describe('folders (PROD-2)', () => {
  const onRoot = grant('grt_1', { kind: 'team', teamId: 'team_1' }, 'change', folderAsObject('res_a'));
  const inTeam = {
    resources: tree,
    teams: [team('team_1')],
    memberships: [membership('team_1', 'acc_ben'), membership('team_1', 'acc_eva')],
  };
  /** The widest right of the account on each folder of `tree`, outermost first. */
  const levels = (access: OrganizationAccess, accountId: `acc_${string}`) =>
    (['res_a', 'res_b', 'res_c'] as const).map(
      (resourceId) =>
        (['change', 'view'] as const).find(
          (right) => decideAndCheck(access, accountId, right, { resourceId }).isAllowed,
        ) ?? 'none',
    );

  it('inherit the grants on their product and on the folders above them', () => {
    expect(levels(accessWith({ ...inTeam, grants: [onRoot] }), 'acc_ben')).toEqual(['change', 'change', 'change']);
    expect(
      levels(
        accessWith({
          ...inTeam,
          grants: [
            grant('grt_1', benAsHolder, 'view', { kind: 'product', productId: hosting, ownershipNumber: 1 }),
            grant('grt_2', benAsHolder, 'change', folderAsObject('res_b')),
          ],
        }),
        'acc_ben',
      ),
    ).toEqual(['view', 'change', 'change']);
  });

  it('inherit nothing for an excluded person, not even from a new grant on the folder above (C-TEAM-12)', () => {
    const restrictions = [
      { holder: benAsHolder, resourceId: 'res_b' as const, ownershipNumber: 1, right: null, endsAt: null },
    ];
    const restricted = accessWith({ ...inTeam, grants: [onRoot], restrictions });
    expect([levels(restricted, 'acc_ben'), levels(restricted, 'acc_eva')]).toEqual([
      ['change', 'none', 'none'],
      ['change', 'change', 'change'],
    ]);
    expect(decideAndCheck(restricted, 'acc_ben', 'view', { resourceId: 'res_c' })).toMatchObject({
      refusal: 'inheritance_restricted',
    });
    const sharedAgain = accessWith({
      ...inTeam,
      grants: [onRoot, grant('grt_2', benAsHolder, 'view', folderAsObject('res_a'))],
      restrictions,
    });
    expect(levels(sharedAgain, 'acc_ben')).toEqual(['change', 'none', 'none']);
    expect(levels(accessWith({ ...inTeam, grants: [onRoot] }), 'acc_ben')).toEqual(['change', 'change', 'change']);
  });

  const toTeam = { kind: 'team', teamId: 'team_1' } as const;
  const restriction = (
    holder: GrantSnapshot['restrictions'][number]['holder'],
    resourceId: `res_${string}`,
    right: string | null,
  ): GrantSnapshot['restrictions'][number] => ({ holder, resourceId, ownershipNumber: 1, right, endsAt: null });

  it('inherit fewer rights through a restricted team; grants from other sources stay complete (TEAM-3)', () => {
    const restrictions = [restriction(toTeam, 'res_b', 'view')];
    const narrowed = accessWith({ ...inTeam, grants: [onRoot], restrictions });
    expect(levels(narrowed, 'acc_ben')).toEqual(['change', 'view', 'view']);
    expect(decideAndCheck(narrowed, 'acc_ben', 'view', { resourceId: 'res_c' }).chains).toMatchObject([
      { via: 'grant', grant: { id: 'grt_1' }, givenRights: ['view'] },
    ]);
    expect(decideAndCheck(narrowed, 'acc_ben', 'change', { resourceId: 'res_c' }).refusal).toBe(
      'inheritance_restricted',
    );
    const direct = grant('grt_2', benAsHolder, 'change', folderAsObject('res_a'));
    expect(levels(accessWith({ ...inTeam, grants: [onRoot, direct], restrictions }), 'acc_ben')).toEqual([
      'change',
      'change',
      'change',
    ]);
    const inTwoTeams = {
      ...inTeam,
      teams: [team('team_1'), team('team_2')],
      memberships: [...inTeam.memberships, membership('team_2', 'acc_ben')],
      grants: [onRoot, grant('grt_2', { kind: 'team', teamId: 'team_2' }, 'change', folderAsObject('res_a'))],
    };
    expect(levels(accessWith({ ...inTwoTeams, restrictions }), 'acc_ben')).toEqual(['change', 'change', 'change']);
  });

  it('gain no right from a restriction that allows more than was inherited', () => {
    const levelsWithRestriction = (right: string) =>
      levels(
        accessWith({ ...inTeam, grants: [onRoot], restrictions: [restriction(toTeam, 'res_b', right)] }),
        'acc_ben',
      );
    expect([
      levelsWithRestriction('manage'),
      levelsWithRestriction('change'),
      levelsWithRestriction('statistics'),
    ]).toEqual([
      ['change', 'change', 'change'],
      ['change', 'change', 'change'],
      ['change', 'none', 'none'],
    ]);
    const withoutGrants = accessWith({ ...inTeam, restrictions: [restriction(benAsHolder, 'res_b', 'change')] });
    expect(decideAndCheck(withoutGrants, 'acc_ben', 'view', { resourceId: 'res_b' }).refusal).toBe('no_grant');
  });

  it('are limited by the narrowest restriction of the person and of their teams (C-TEAM-12)', () => {
    const levelsOfBenAndEva = (...restrictions: GrantSnapshot['restrictions']) => {
      const access = accessWith({ ...inTeam, grants: [onRoot], restrictions });
      return [levels(access, 'acc_ben'), levels(access, 'acc_eva')];
    };
    const unrestricted = ['change', 'change', 'change'];
    expect(levelsOfBenAndEva(restriction(benAsHolder, 'res_b', null), restriction(toTeam, 'res_c', 'change'))).toEqual([
      ['change', 'none', 'none'],
      unrestricted,
    ]);
    const narrowed = ['change', 'change', 'view'];
    expect(levelsOfBenAndEva(restriction(benAsHolder, 'res_c', null), restriction(toTeam, 'res_c', 'view'))).toEqual([
      ['change', 'change', 'none'],
      narrowed,
    ]);
    const [levelsOfBen] = levelsOfBenAndEva(
      restriction(toTeam, 'res_b', 'view'),
      restriction(benAsHolder, 'res_c', 'manage'),
    );
    expect(levelsOfBen).toEqual(['change', 'view', 'view']);
  });

  it('keep a grant on the restricted folder itself; the folders inside inherit the grant', () => {
    const grantOnFolder = grant('grt_2', toTeam, 'change', folderAsObject('res_b'));
    const excludesBen = restriction(benAsHolder, 'res_b', null);
    const levelsOfBenWith = (...restrictions: GrantSnapshot['restrictions']) =>
      levels(accessWith({ ...inTeam, grants: [onRoot, grantOnFolder], restrictions }), 'acc_ben');
    expect(levelsOfBenWith(excludesBen)).toEqual(['change', 'change', 'change']);
    // A folder further inside inherits the grant, and its restriction narrows the grant as well.
    expect(levelsOfBenWith(excludesBen, restriction(toTeam, 'res_c', 'view'))).toEqual(['change', 'change', 'view']);
  });

  it('give their owner the owner rights on everything inside, restricted or not', () => {
    const owned = accessWith({
      // Ben owns the outermost folder of `tree`.
      resources: [folder('res_a', { ownerAccountId: 'acc_ben' }), ...tree.slice(1)],
      restrictions: [{ holder: benAsHolder, resourceId: 'res_b', ownershipNumber: 1, right: null, endsAt: null }],
    });
    expect(levels(owned, 'acc_ben')).toEqual(['change', 'change', 'change']);
  });

  it('are restricted only until the end of the restriction', () => {
    const access = accessWith({
      ...inTeam,
      grants: [onRoot],
      restrictions: [
        { holder: benAsHolder, resourceId: 'res_b', ownershipNumber: 1, right: null, endsAt: at.toISOString() },
      ],
    });
    expect(
      decideAndCheck(access, 'acc_ben', 'view', { resourceId: 'res_b', at: new Date(at.getTime() - 1) }).isAllowed,
    ).toBe(false);
    expect(decideAndCheck(access, 'acc_ben', 'view', { resourceId: 'res_b' }).isAllowed).toBe(true);
  });

  it('let an external delete only their own files', () => {
    const access = accessWith({ ...inTeam, grants: [onRoot] });
    expect(decideAndCheck(access, 'acc_eva', 'change', { resourceId: 'res_b' })).toMatchObject({
      isAllowed: true,
      isOwnFilesOnly: true,
    });
    expect(decideAndCheck(access, 'acc_ben', 'change', { resourceId: 'res_b' })).toMatchObject({
      isAllowed: true,
      isOwnFilesOnly: false,
    });
  });

  it('are unknown when the product does not contain them, despite a grant on the product', () => {
    const access = accessWith({ grants: [grant('grt_1', benAsHolder, 'view')] });
    expect(decideAndCheck(access, 'acc_ben', 'view', { resourceId: 'res_elsewhere' })).toMatchObject({
      isAllowed: false,
      refusal: 'resource_unknown',
    });
  });
});

describe('teams (TEAM-5)', () => {
  const grants = [grant('grt_1', { kind: 'team', teamId: 'team_all' }, 'technical')];

  it('give nothing to externals when the team is for members only', () => {
    const access = (isMembersOnly: boolean) =>
      accessWith({
        teams: [{ ...team('team_all'), isMembersOnly }, team('team_web', 'team_all')],
        memberships: [membership('team_web', 'acc_eva'), membership('team_web', 'acc_ben')],
        grants,
      });
    expect([
      decideAndCheck(access(false), 'acc_eva', 'technical').isAllowed,
      decideAndCheck(access(true), 'acc_eva', 'technical').isAllowed,
      decideAndCheck(access(true), 'acc_ben', 'technical').isAllowed,
    ]).toEqual([true, false, true]);
  });

  it('lose the grants of the parent when the parent period ends; members of the parent keep them (C-TEAM-21)', () => {
    const access = accessWith({
      teams: [team('team_all'), team('team_web', 'team_all', { parentEndsAt: at.toISOString() })],
      memberships: [
        membership('team_web', 'acc_ben'),
        membership('team_web', 'acc_eva'),
        membership('team_all', 'acc_eva'),
      ],
      grants,
    });
    expect([
      decideAndCheck(access, 'acc_ben', 'technical').isAllowed,
      decideAndCheck(access, 'acc_eva', 'technical').isAllowed,
    ]).toEqual([false, true]);
    const justBeforeEnd = { at: new Date(at.getTime() - 1) };
    expect([
      decideAndCheck(access, 'acc_ben', 'technical', justBeforeEnd).chains.length,
      decideAndCheck(access, 'acc_eva', 'technical', justBeforeEnd).chains.length,
    ]).toEqual([1, 2]);
  });
});

describe('a person who rejoins', () => {
  const rejoinedPeople = [person('acc_ben', 'collaborator', { memberId: 'mem_again' })];

  it('has no earlier rights: neither direct grants, nor team grants, nor owned resources (ROL-7)', () => {
    const parts = {
      teams: [team('team_1')],
      memberships: [membership('team_1', 'acc_ben')],
      grants: [
        grant('grt_1', benAsHolder, 'technical'),
        grant('grt_2', { kind: 'team', teamId: 'team_1' }, 'statistics'),
      ],
      resources: [folder('res_a', { ownerAccountId: 'acc_ben' })],
    };
    const may = (access: OrganizationAccess) => [
      decideAndCheck(access, 'acc_ben', 'technical').isAllowed,
      decideAndCheck(access, 'acc_ben', 'statistics').isAllowed,
      decideAndCheck(access, 'acc_ben', 'view', { resourceId: 'res_a' }).isAllowed,
    ];
    expect(may(accessWith(parts))).toEqual([true, true, true]);
    const afterRejoin = accessWith({ ...parts, people: rejoinedPeople });
    expect(may(afterRejoin)).toEqual([false, false, false]);
    expect([
      afterRejoin.listAccessEntries('acc_ben', at),
      [...afterRejoin.visibleProducts('acc_ben', at)],
      afterRejoin.findAccountsWithRight({ right: 'technical', productId: hosting, at }),
    ]).toEqual([[], [], []]);
  });
});

describe('a product that returns to a former owner', () => {
  it('has no earlier grants or restrictions; grants on its type apply (PROD-5)', () => {
    const parts = {
      grants: [
        grant('grt_1', benAsHolder, 'technical'),
        grant('grt_2', benAsHolder, 'view', folderAsObject('res_a')),
        grant('grt_3', evaAsHolder, 'view', { kind: 'product_type', type: 'web_hosting' }),
      ],
      restrictions: [
        { holder: evaAsHolder, resourceId: 'res_a' as const, ownershipNumber: 1, right: null, endsAt: null },
      ],
    };
    const may = (access: OrganizationAccess) => [
      decideAndCheck(access, 'acc_ben', 'technical').isAllowed,
      decideAndCheck(access, 'acc_ben', 'view', { resourceId: 'res_a' }).isAllowed,
      decideAndCheck(access, 'acc_eva', 'view', { resourceId: 'res_a' }).isAllowed,
    ];
    expect([may(accessWith(parts)), may(accessWith({ ...parts, ownershipNumber: 2 }))]).toEqual([
      [true, true, false],
      [false, false, true],
    ]);
  });
});

describe('support access (SUP-3)', () => {
  const entry = (changes: Partial<PartRows['people']['support'][number]>) => ({
    supportAccessId: 'sup_1' as const,
    accountId: 'acc_staff' as const,
    level: 'write' as const,
    withContent: false,
    products: null,
    grantedByMemberId: 'mem_admin' as const,
    endsAt: '2026-06-02T00:00:00.000Z',
    ...changes,
  });

  it.each<[string, Parameters<typeof entry>[0], string[]]>([
    ['of level `read`', { level: 'read' }, ['statistics']],
    ['of level `read` with content', { level: 'read', withContent: true }, ['statistics']],
    ['of level `write`', {}, ['technical', 'statistics', 'manage']],
    [
      'of level `write` with content, without content of its giver',
      { withContent: true },
      ['technical', 'statistics', 'manage'],
    ],
    [
      'of level `read` with the content of its giver',
      { level: 'read', withContent: true, grantedByMemberId: 'mem_chief' },
      ['statistics', 'view'],
    ],
    [
      'of level `write` with the content of its giver',
      { withContent: true, grantedByMemberId: 'mem_chief' },
      ['technical', 'statistics', 'view', 'change', 'manage'],
    ],
    [
      'without content of a giver with content',
      { grantedByMemberId: 'mem_chief' },
      ['technical', 'statistics', 'manage'],
    ],
    [
      'for this product',
      { products: [{ productId: hosting, ownershipNumber: 1 }] },
      ['technical', 'statistics', 'manage'],
    ],
    ['for another product', { products: [{ productId: 'prd_other', ownershipNumber: 1 }] }, []],
    ['for another ownership period of the product', { products: [{ productId: hosting, ownershipNumber: 2 }] }, []],
    ['given by a person without rights on the product', { grantedByMemberId: 'mem_ben' }, []],
    ['given by a former member', { grantedByMemberId: 'mem_gone' }, []],
    ['given by a person with one right on the product', { grantedByMemberId: 'mem_eva' }, ['statistics']],
    ['that has just ended', { endsAt: at.toISOString() }, []],
    ['for another account', { accountId: 'acc_other' }, []],
  ])('%s gives staff only the rights that its limits and its giver allow', (_, changes, rights) => {
    const grants = [grant('grt_1', evaAsHolder, 'statistics'), grant('grt_2', chiefAsHolder, 'change')];
    const access = accessWith({ support: [entry(changes)], grants });
    expect(
      ['technical', 'statistics', 'view', 'change', 'manage'].filter(
        (right) => decideAndCheck(access, 'acc_staff', right).isAllowed,
      ),
    ).toEqual(rights);
    expect(access.visibleProducts('acc_staff', at).has(hosting)).toBe(rights.length > 0);
  });

  it('appears in the chains and in the list of accounts with the right', () => {
    const access = accessWith({
      support: [entry({}), entry({ accountId: 'acc_ben', supportAccessId: 'sup_2' })],
      grants: [grant('grt_1', benAsHolder, 'technical')],
    });
    expect(decideAndCheck(access, 'acc_staff', 'technical').chains).toEqual([
      { via: 'support', supportAccessId: 'sup_1', endsAt: '2026-06-02T00:00:00.000Z' },
    ]);
    expect(decideAndCheck(access, 'acc_ben', 'technical').chains.map(({ via }) => via)).toEqual(['grant', 'support']);
    expect(
      access
        .findAccountsWithRight({ right: 'technical', productId: hosting, at })
        .map(({ accountId, role }) => `${accountId} ${role}`)
        .sort(),
    ).toEqual([
      'acc_admin administrator',
      'acc_ben collaborator',
      'acc_chief legal_representative',
      'acc_staff support',
    ]);
  });

  it('gives no right on a blocked product, as for every person who is not a manager', () => {
    expect(
      decideAndCheck(accessWith({ support: [entry({})], isBlocked: true }), 'acc_staff', 'technical'),
    ).toMatchObject({
      isAllowed: false,
      refusal: 'product_blocked',
    });
  });
});

describe('a required second factor (C-ROL-24)', () => {
  it('denies every right to a person without a second factor, also to managers', () => {
    const access = accessWith({
      people: [
        person('acc_admin', 'administrator', { lacksSecondFactor: true }),
        person('acc_ben', 'collaborator', { lacksSecondFactor: true }),
      ],
      grants: [grant('grt_1', benAsHolder, 'technical')],
    });
    for (const accountId of ['acc_admin', 'acc_ben'] as const)
      expect(decideAndCheck(access, accountId, 'technical')).toMatchObject({
        isAllowed: false,
        refusal: 'second_factor_missing',
      });
    expect([
      access.may('acc_admin', 'organization:read'),
      access.findAccountsWithRight({ right: 'technical', productId: hosting, at }),
    ]).toEqual([false, []]);
  });
});

describe('the scopes of a token', () => {
  const scoped = (access: OrganizationAccess, accountId: `acc_${string}`, right: string, ...scopes: string[]) =>
    decideAndCheck(access, accountId, right, { scopes: new Set(scopes) });

  it.each<[string[], string, boolean]>([
    [['right:technical'], 'technical', true],
    [['right:*'], 'technical', true],
    [['right:statistics', 'product:manage'], 'technical', false],
    // The scope of a right starts with `right:`; without the prefix, a scope is the name of a permission.
    [['technical'], 'technical', false],
    [[], 'technical', false],
    // A wider right includes narrower rights, but a scope allows only its own right.
    [['right:change'], 'view', false],
    [['right:view'], 'view', true],
  ])('%j decide whether the right %s is isAllowed: %s', (scopes, right, isAllowed) => {
    const access = accessWith({
      grants: [grant('grt_1', benAsHolder, 'technical'), grant('grt_2', benAsHolder, 'change')],
    });
    expect(scoped(access, 'acc_ben', right, ...scopes)).toMatchObject(
      isAllowed ? { isAllowed, refusal: null } : { isAllowed, refusal: 'token_scope_missing', chains: [] },
    );
    expect(decideAndCheck(access, 'acc_ben', right).isAllowed).toBe(true);
  });

  it('limit roles, ownership and support access, and give no right of their own', () => {
    const access = accessWith({
      resources: [folder('res_a', { ownerAccountId: 'acc_ben' })],
      support: [
        {
          supportAccessId: 'sup_1',
          accountId: 'acc_staff',
          level: 'write',
          withContent: false,
          products: null,
          grantedByMemberId: 'mem_admin' as const,
          endsAt: '2026-06-02T00:00:00.000Z',
        },
      ],
    });
    expect(
      ['acc_admin', 'acc_staff'].map(
        (accountId) => scoped(access, accountId as 'acc_admin', 'technical', 'right:read').refusal,
      ),
    ).toEqual(['token_scope_missing', 'token_scope_missing']);
    expect(
      decideAndCheck(access, 'acc_ben', 'read', { resourceId: 'res_a', scopes: new Set(['right:technical']) }).refusal,
    ).toBe('token_scope_missing');
    expect(scoped(access, 'acc_ben', 'technical', 'right:*').refusal).toBe('no_grant');
  });

  it('are the reason of a denial only when nothing else denies the right', () => {
    const grants = [grant('grt_1', benAsHolder, 'technical'), grant('grt_2', evaAsHolder, 'manage')];
    expect(scoped(accessWith({ grants, isBlocked: true }), 'acc_ben', 'technical', 'right:read').refusal).toBe(
      'product_blocked',
    );
    expect(scoped(accessWith({ grants }), 'acc_eva', 'manage', 'right:read').refusal).toBe('external_capped');
    expect(scoped(accessWith({ grants }), 'acc_ben', 'statistics', 'right:read').refusal).toBe('no_grant');
  });

  it('limit the permissions that a handler checks itself', () => {
    const { people } = accessWith({});
    const scopes = new Set(['member:read', 'right:*']);
    expect([
      people.may('acc_admin', 'member:read', scopes),
      people.may('acc_admin', 'member:manage', scopes),
      people.mayRead('acc_admin', 'member:manage', at, scopes),
      people.mayRead('acc_ben', 'member:read', at, scopes),
    ]).toEqual([true, false, false, true]);
  });
});

describe('the permissions of operations', () => {
  it.each<[Role, ('billing.view' | 'billing.pay')[], boolean, boolean]>([
    ['legal_representative', [], true, true],
    ['administrator', [], true, true],
    ['collaborator', [], false, false],
    ['collaborator', ['billing.view'], true, false],
    ['collaborator', ['billing.pay'], false, true],
    ['external', ['billing.view'], true, false],
    ['external', ['billing.pay'], false, false],
  ])('allow the %s with the flags %j to read documents: %s, to make payments: %s', (role, flags, mayRead, mayPay) => {
    const access = accessWith({ people: [person('acc_x', role, { flags })] });
    expect(access.may('acc_x', 'document:read')).toBe(mayRead);
    expect(access.may('acc_x', 'payment:make')).toBe(mayPay);
  });

  it('are denied to a blocked person and to a person outside the organization', () => {
    const access = accessWith({ people: [person('acc_x', 'administrator', { isBlocked: true })] });
    expect(access.may('acc_x', 'member:manage')).toBe(false);
    expect(access.may('acc_y', 'organization:read')).toBe(false);
  });
});
