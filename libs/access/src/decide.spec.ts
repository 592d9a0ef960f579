import { describe, expect, it } from '@jest/globals';
import type { Role } from '@cordee/contracts/permissions';
import type { AccessFacts } from './access-facts.ts';
import { decide, hasPermission, type Question } from './decide.ts';

const at = new Date('2026-06-01T12:00:00Z');
const hosting = 'prd_hosting';
const person = (accountId: `acc_${string}`, role: Role, extra: object = {}) => ({ accountId, memberId: 'mem_x' as const, role, flags: [], isBlocked: false, ...extra });
const grant = (grantId: `grt_${string}`, holder: AccessFacts['grants']['grants'][number]['holder'], right: string, object?: AccessFacts['grants']['grants'][number]['object'], endsAt: string | null = null) =>
  ({ grantId, holder, object: object ?? { kind: 'product' as const, productId: hosting }, right, givenBy: 'acc_chief', givenAt: '2026-01-01T00:00:00.000Z', endsAt, reason: null });

function given(parts: { people?: AccessFacts['people']['people']; teams?: AccessFacts['grants']['teams']; memberships?: AccessFacts['grants']['memberships']; grants?: AccessFacts['grants']['grants']; isBlocked?: boolean }): AccessFacts {
  return {
    people: { organizationId: 'org_x', people: parts.people ?? [person('acc_chief', 'legal_representative'), person('acc_admin', 'administrator'), person('acc_ben', 'collaborator'), person('acc_eva', 'external')] },
    grants: { organizationId: 'org_x', teams: parts.teams ?? [], memberships: parts.memberships ?? [], grants: parts.grants ?? [] },
    products: { organizationId: 'org_x', products: [{ productId: hosting, type: 'web_hosting', name: 'alpine.example', isBlocked: parts.isBlocked ?? false }] },
  };
}
const ask = (facts: AccessFacts, accountId: `acc_${string}`, right: string, rest: Partial<Question> = {}) => decide(facts, { accountId, right, productId: hosting, at, ...rest });

describe('decide', () => {
  it('gives management to the upper roles, and content to nobody by role (ROL-1, ACC-4)', () => {
    const facts = given({});
    expect(ask(facts, 'acc_admin', 'technical')).toMatchObject({ allowed: true, chains: [{ via: 'role', role: 'administrator' }] });
    expect(ask(facts, 'acc_chief', 'read')).toMatchObject({ allowed: false, refusal: 'no_grant' });
  });

  it('keeps one source when the other goes (C-TEAM-01, C-TEAM-02)', () => {
    const teams = [{ teamId: 'team_1' as const, parentId: null, name: 'One' }, { teamId: 'team_2' as const, parentId: null, name: 'Two' }];
    const grants = [
      grant('grt_1', { kind: 'team', teamId: 'team_1' }, 'technical'),
      grant('grt_2', { kind: 'team', teamId: 'team_2' }, 'technical'),
      grant('grt_3', { kind: 'team', teamId: 'team_2' }, 'statistics'),
    ];
    const inBoth = [{ teamId: 'team_1' as const, accountId: 'acc_ben' as const, endsAt: null }, { teamId: 'team_2' as const, accountId: 'acc_ben' as const, endsAt: null }];
    expect(ask(given({ teams, grants, memberships: inBoth }), 'acc_ben', 'technical').chains).toHaveLength(2);
    expect(ask(given({ teams, grants, memberships: inBoth.slice(1) }), 'acc_ben', 'technical').chains).toHaveLength(1);
    expect(ask(given({ teams, grants, memberships: [] }), 'acc_ben', 'technical')).toMatchObject({ allowed: false, refusal: 'no_grant' });
  });

  it('lets members of a child team have the grants of its parents, not the other way round (TEAM-5)', () => {
    const facts = given({
      teams: [{ teamId: 'team_all', parentId: null, name: 'All' }, { teamId: 'team_web', parentId: 'team_all', name: 'Web' }],
      memberships: [{ teamId: 'team_web', accountId: 'acc_ben', endsAt: null }],
      grants: [grant('grt_1', { kind: 'team', teamId: 'team_all' }, 'technical')],
    });
    expect(ask(facts, 'acc_ben', 'technical').chains).toMatchObject([{ via: 'grant', teams: ['team_web', 'team_all'] }]);
    const reversed = given({ teams: facts.grants.teams, grants: [grant('grt_1', { kind: 'team', teamId: 'team_web' }, 'technical')], memberships: [{ teamId: 'team_all', accountId: 'acc_ben', endsAt: null }] });
    expect(ask(reversed, 'acc_ben', 'technical').allowed).toBe(false);
  });

  it('does not loop on a cycle of teams', () => {
    const facts = given({
      teams: [{ teamId: 'team_a', parentId: 'team_b', name: 'A' }, { teamId: 'team_b', parentId: 'team_a', name: 'B' }],
      memberships: [{ teamId: 'team_a', accountId: 'acc_ben', endsAt: null }],
      grants: [grant('grt_1', { kind: 'team', teamId: 'team_b' }, 'technical')],
    });
    expect(ask(facts, 'acc_ben', 'technical').allowed).toBe(true);
  });

  it('leaves externals out of whole-organization shares and never gives them manage (C-TEAM-11, C-ROL-18)', () => {
    const facts = given({ grants: [grant('grt_1', { kind: 'organization' }, 'technical'), grant('grt_2', { kind: 'account', accountId: 'acc_eva' }, 'manage')] });
    expect(ask(facts, 'acc_ben', 'technical').allowed).toBe(true);
    expect(ask(facts, 'acc_eva', 'technical')).toMatchObject({ allowed: false, refusal: 'no_grant' });
    expect(ask(facts, 'acc_eva', 'manage')).toMatchObject({ allowed: false, refusal: 'external_capped' });
  });

  it('stops limited rights on a blocked product and keeps administrators (C-TEAM-10)', () => {
    const facts = given({ isBlocked: true, grants: [grant('grt_1', { kind: 'account', accountId: 'acc_ben' }, 'technical')] });
    expect(ask(facts, 'acc_ben', 'technical')).toMatchObject({ allowed: false, refusal: 'product_blocked' });
    expect(ask(facts, 'acc_admin', 'technical').allowed).toBe(true);
  });

  it('ends a grant and a membership at their instant', () => {
    const direct = given({ grants: [grant('grt_1', { kind: 'account', accountId: 'acc_ben' }, 'technical', undefined, at.toISOString())] });
    expect(ask(direct, 'acc_ben', 'technical').allowed).toBe(false);
    expect(ask(direct, 'acc_ben', 'technical', { at: new Date(at.getTime() - 1) }).allowed).toBe(true);
  });

  it('covers all products of a type, one product, or one resource', () => {
    const byType = given({ grants: [grant('grt_1', { kind: 'account', accountId: 'acc_ben' }, 'technical', { kind: 'product_type', type: 'web_hosting' })] });
    expect(ask(byType, 'acc_ben', 'technical').allowed).toBe(true);
    const byResource = given({ grants: [grant('grt_1', { kind: 'account', accountId: 'acc_ben' }, 'read', { kind: 'resource', productId: hosting, resourceId: 'res_a' })] });
    expect(ask(byResource, 'acc_ben', 'read', { resourceId: 'res_a' }).allowed).toBe(true);
    expect(ask(byResource, 'acc_ben', 'read', { resourceId: 'res_b' }).allowed).toBe(false);
    expect(ask(byResource, 'acc_ben', 'read').allowed).toBe(false);
  });

  it('gives the narrower levels of a drive with the wider one, and caps an external at change (C-TEAM-11)', () => {
    const facts = given({ grants: [grant('grt_1', { kind: 'account', accountId: 'acc_eva' }, 'manage'), grant('grt_2', { kind: 'account', accountId: 'acc_ben' }, 'change')] });
    expect(ask(facts, 'acc_eva', 'change')).toMatchObject({ allowed: true, chains: [{ grant: { right: 'manage' } }] });
    expect(ask(facts, 'acc_eva', 'view').allowed).toBe(true);
    expect(ask(facts, 'acc_ben', 'view').allowed).toBe(true);
    expect(ask(facts, 'acc_ben', 'manage').allowed).toBe(false);
    expect(ask(facts, 'acc_admin', 'change')).toMatchObject({ allowed: false, refusal: 'no_grant' });
  });

  it('lets the owner of a resource read it, and nobody else without a grant (ACC-4)', () => {
    const facts = given({});
    facts.products.products[0]!.ownedResources = [{ resourceId: 'res_a', accountId: 'acc_ben' }];
    expect(ask(facts, 'acc_ben', 'read', { resourceId: 'res_a' })).toMatchObject({ allowed: true, chains: [{ via: 'owner' }] });
    expect(ask(facts, 'acc_ben', 'technical', { resourceId: 'res_a' }).allowed).toBe(false);
    expect(ask(facts, 'acc_ben', 'read', { resourceId: 'res_b' }).allowed).toBe(false);
    expect(ask(facts, 'acc_admin', 'read', { resourceId: 'res_a' }).allowed).toBe(false);
  });
});

describe('hasPermission', () => {
  it.each<[Role, ('billing.view' | 'billing.pay')[], boolean, boolean]>([
    ['legal_representative', [], true, true],
    ['administrator', [], true, true],
    ['collaborator', [], false, false],
    ['collaborator', ['billing.view'], true, false],
    ['collaborator', ['billing.pay'], false, true],
    ['external', ['billing.view'], true, false],
    ['external', ['billing.pay'], false, false],
  ])('%s with %j: documents %s, payments %s', (role, flags, documents, payments) => {
    const { people } = given({ people: [person('acc_x', role, { flags })] });
    expect(hasPermission(people, 'acc_x', 'document:read')).toBe(documents);
    expect(hasPermission(people, 'acc_x', 'payment:make')).toBe(payments);
  });

  it('is gone for a blocked person and for a stranger', () => {
    const { people } = given({ people: [person('acc_x', 'administrator', { isBlocked: true })] });
    expect(hasPermission(people, 'acc_x', 'member:manage')).toBe(false);
    expect(hasPermission(people, 'acc_y', 'organization:read')).toBe(false);
  });
});
