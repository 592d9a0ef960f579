import { describe, expect, it } from '@jest/globals';
import type { DenialReason } from '@cordee/access/decide-access';
import { OrganizationAccess, type PartRows } from '@cordee/access/organization-access';
import { TypeRights } from '@cordee/access/type-rights';
import { Locale } from '@cordee/contracts/values';
import { describeChains, explainDecision, type Viewer } from './explain-decision.ts';
import { explanationTexts } from './explanation-texts.ts';
import type { GrantAttribution } from './select-grant-attributions.ts';

const at = new Date('2026-06-01T12:00:00Z');
const question = { accountId: 'acc_ben' as const, right: 'technical', productId: 'prd_x' as const, at };
const unlimitedViewer: Viewer = { language: 'en', canSeeTeam: () => true, nameOf: () => 'Anna Keller' };
type Grant = PartRows['grants']['grants'][number];
const grant = (holder: Grant['holder'], endsAt: string | null = null): Grant => ({
  grantId: `grt_${holder.kind}`,
  holder,
  object: { kind: 'product', productId: 'prd_x', ownershipNumber: 1 },
  right: 'technical',
  endsAt,
});
const accessWith = (...grants: Grant[]): OrganizationAccess =>
  OrganizationAccess.from(
    {
      people: {
        changed: null,
        support: [],
        people: [{ accountId: 'acc_ben', memberId: 'mem_ben', role: 'collaborator', flags: [], isBlocked: false }],
      },
      grants: {
        changed: null,
        grants,
        memberships: [{ teamId: 'team_web', memberId: 'mem_ben', endsAt: null }],
        restrictions: [],
        teams: [
          { teamId: 'team_all', parentId: null, name: 'All', isMembersOnly: false, parentEndsAt: null },
          { teamId: 'team_web', parentId: 'team_all', name: 'Web', isMembersOnly: false, parentEndsAt: null },
        ],
      },
      products: {
        changed: null,
        products: [
          { productId: 'prd_x', type: 'web_hosting', name: 'alpine.example', isBlocked: false, ownershipNumber: 1 },
        ],
        resources: [],
      },
    },
    new TypeRights(),
  );
/** Every grant has the same giver and time. */
const attributions = {
  get: () => ({ givenBy: 'acc_anna', givenAt: '2026-01-31T09:00:00.000Z', reason: null, endedAt: null }),
} as unknown as ReadonlyMap<string, GrantAttribution>;
function explain(access: OrganizationAccess, changes: Partial<Viewer> = {}) {
  const viewer = { ...unlimitedViewer, ...changes };
  const decision = access.decide(question);
  return explainDecision(question, decision, describeChains(access, decision, viewer.canSeeTeam), attributions, viewer);
}

describe('explainDecision', () => {
  it.each<[string, Grant['holder'], Partial<Viewer>, string]>([
    [
      'a direct grant',
      { kind: 'account', accountId: 'acc_ben', memberId: 'mem_ben' },
      {},
      'The right was given to the person directly on 31 January 2026 by Anna Keller.',
    ],
    [
      'a direct grant with a hidden giver',
      { kind: 'account', accountId: 'acc_ben', memberId: 'mem_ben' },
      { nameOf: () => undefined },
      'The right was given to the person directly on 31 January 2026.',
    ],
    [
      'a grant to the organization',
      { kind: 'organization' },
      {},
      'The right was given to the whole organization on 31 January 2026 by Anna Keller.',
    ],
    [
      'a grant to a team',
      { kind: 'team', teamId: 'team_web' },
      {},
      'The right was given to the team “Web” on 31 January 2026 by Anna Keller.',
    ],
    [
      'a grant to a parent team',
      { kind: 'team', teamId: 'team_all' },
      {},
      'The right was given to the team “All” on 31 January 2026 by Anna Keller. ' +
        'The person has this right through the team “Web”.',
    ],
    [
      'a grant to a hidden parent team',
      { kind: 'team', teamId: 'team_all' },
      { canSeeTeam: (team) => team === 'team_web' },
      'The right was given to a parent team on 31 January 2026 by Anna Keller. ' +
        'The person has this right through the team “Web”.',
    ],
    [
      'a grant to a team, in German',
      { kind: 'team', teamId: 'team_web' },
      { language: 'de' },
      'Das Recht wurde am 31. Januar 2026 von Anna Keller dem Team «Web» gegeben.',
    ],
  ])('explains %s', (_, holder, viewer, text) => {
    expect(explain(accessWith(grant(holder)), viewer).chains.map((chain) => chain.text)).toEqual([text]);
  });

  it('states the end of a grant', () => {
    expect(
      explain(
        accessWith(grant({ kind: 'account', accountId: 'acc_ben', memberId: 'mem_ben' }, '2026-12-31T00:00:00.000Z')),
      ).text,
    ).toContain('The right ends on 31 December 2026.');
  });

  it.each(Locale.options)('uses complete sentences in the language %s', (language) => {
    const { denied, role } = explanationTexts[language];
    const explanation = explain(
      accessWith(
        grant({ kind: 'account', accountId: 'acc_ben', memberId: 'mem_ben' }, '2026-12-31T00:00:00.000Z'),
        grant({ kind: 'organization' }),
        grant({ kind: 'team', teamId: 'team_all' }),
      ),
      { language },
    );
    const reasons = Object.keys(denied) as DenialReason[];
    for (const text of [
      explanation.text,
      role.administrator,
      role.legal_representative,
      ...reasons.map((refusal) => denied[refusal]),
    ]) {
      expect(text).toMatch(/^\p{Lu}.*\.$/u);
      expect(text).not.toMatch(/undefined|acc_|team_/);
    }
  });
});
