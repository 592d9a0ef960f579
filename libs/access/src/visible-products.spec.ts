import { describe, expect, it } from '@jest/globals';
import type { Role } from '@cordee/contracts/permissions';
import fc from 'fast-check';
import type { AccessFacts } from './access-facts.ts';
import { decide } from './decide.ts';
import { visibleProducts } from './visible-products.ts';

const at = new Date('2026-06-01T12:00:00Z');
const roles: Role[] = ['legal_representative', 'administrator', 'collaborator', 'external'];
const rights = ['technical', 'read', 'view', 'change', 'manage', 'user', 'admin'];
const [products, resources, teams] = [['prd_1', 'prd_2', 'prd_3'] as const, ['res_1', 'res_2'] as const, ['team_1', 'team_2', 'team_3'] as const];
const endsAt = fc.constantFrom(null, '2026-05-31T00:00:00.000Z', '2026-06-02T00:00:00.000Z');

const holder = fc.oneof(
  fc.record({ kind: fc.constant('account' as const), accountId: fc.constantFrom('acc_1' as const, 'acc_2' as const) }),
  fc.record({ kind: fc.constant('team' as const), teamId: fc.constantFrom(...teams) }),
  fc.record({ kind: fc.constant('organization' as const) }),
);
const object = fc.oneof(
  fc.record({ kind: fc.constant('product' as const), productId: fc.constantFrom(...products) }),
  fc.record({ kind: fc.constant('product_type' as const), type: fc.constantFrom('web_hosting', 'drive') }),
  fc.record({ kind: fc.constant('resource' as const), productId: fc.constantFrom(...products), resourceId: fc.constantFrom(...resources) }),
);
const facts: fc.Arbitrary<AccessFacts> = fc
  .record({
    role: fc.constantFrom(...roles),
    isPersonBlocked: fc.boolean(),
    parents: fc.tuple(fc.constant(null), fc.constantFrom(null, 'team_1' as const), fc.constantFrom(null, 'team_1' as const, 'team_2' as const)),
    memberships: fc.array(fc.record({ teamId: fc.constantFrom(...teams), accountId: fc.constantFrom('acc_1' as const, 'acc_2' as const), endsAt }), { maxLength: 3 }),
    grants: fc.array(fc.record({ holder, object, right: fc.constantFrom(...rights), endsAt }), { maxLength: 5 }),
    owner: fc.constantFrom('acc_1' as const, 'acc_2' as const),
    isBlocked: fc.boolean(),
  })
  .map(({ role, isPersonBlocked, parents, memberships, grants, owner, isBlocked }) => ({
    people: { organizationId: 'org_x', people: [{ accountId: 'acc_1', memberId: 'mem_1', role, flags: [], isBlocked: isPersonBlocked }] },
    grants: {
      organizationId: 'org_x',
      teams: teams.map((teamId, index) => ({ teamId, parentId: parents[index]!, name: teamId })),
      memberships,
      grants: grants.map((grant, index) => ({ ...grant, grantId: `grt_${index}` as const, givenBy: 'acc_2', givenAt: '2026-01-01T00:00:00.000Z', reason: null })),
    },
    products: {
      organizationId: 'org_x',
      products: [
        { productId: 'prd_1', type: 'web_hosting', name: 'a', isBlocked },
        { productId: 'prd_2', type: 'drive', name: 'b', isBlocked: false, ownedResources: [{ resourceId: 'res_1', accountId: owner }] },
      ],
    },
  }));

describe('visibleProducts', () => {
  it('are those on which decide gives some right, block aside', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const visible = visibleProducts(given, 'acc_1', at);
        const has = (productId: `prd_${string}`, resourceId?: `res_${string}`): boolean =>
          rights.some((right) => {
            const { allowed, refusal } = decide(given, { accountId: 'acc_1', right, productId, resourceId, at });
            return allowed || refusal === 'product_blocked';
          });
        for (const productId of products) {
          const seen = visible.get(productId);
          expect(seen?.isWhole ?? false).toBe(has(productId));
          for (const resourceId of resources) expect(seen !== undefined && (seen.isWhole || seen.resourceIds.has(resourceId))).toBe(has(productId, resourceId));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
