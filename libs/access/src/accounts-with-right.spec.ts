import { expect, it } from '@jest/globals';
import { OrganizationAccess } from './organization-access.ts';
import { TypeRights } from './type-rights.ts';

type Rows = Parameters<typeof OrganizationAccess.from>[0];
const productId = 'prd_00000000000000000000000001' as const;
const at = new Date('2026-11-22T12:00:00.000Z');

/** An organization of `count` people, each with one direct grant on one product. */
function organization(count: number): OrganizationAccess {
  const people = Array.from({ length: count }, (_, n) => ({
    accountId: `acc_${n}`,
    memberId: `mem_${n}`,
    role: 'collaborator',
    flags: [],
    isBlocked: false,
  }));
  const grants = people.map(({ accountId, memberId }, n) => ({
    grantId: `grt_${n}`,
    holder: { kind: 'account', accountId, memberId },
    object: { kind: 'product', productId, ownershipNumber: 1 },
    right: 'technical',
    endsAt: null,
  }));
  const products = [{ productId, ownershipNumber: 1, type: 'web_hosting', name: 'one', isBlocked: false }];
  return OrganizationAccess.from(
    {
      people: { changed: null, people, support: [] },
      grants: { changed: null, teams: [], memberships: [], grants, restrictions: [] },
      products: { changed: null, products, resources: [] },
    } as unknown as Rows,
    new TypeRights(),
  );
}

/** The number of grants that `findAccountsWithRight` reads in an organization of `count` people. */
function countReadGrants(count: number): number {
  const access = organization(count);
  const onObject = access.grants.onObject.bind(access.grants);
  let readCount = 0;
  access.grants.onObject = (...args) => {
    const grants = onObject(...args);
    readCount += grants.length;
    return grants;
  };
  expect(access.findAccountsWithRight({ right: 'technical', productId, at })).toHaveLength(count);
  return readCount;
}

it('findAccountsWithRight reads each grant a constant number of times, however many people have the right', () => {
  const [small, large] = [countReadGrants(200), countReadGrants(2_000)];
  // Ten times the people: linear growth gives a factor of ten, quadratic growth a factor of a hundred.
  expect(large / small).toBeLessThan(20);
});
