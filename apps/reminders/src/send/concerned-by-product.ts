import type { OrganizationAccess } from '@cordee/access/organization-access';
import { ORGANIZATION } from '@cordee/access/teams';

type AccountId = `acc_${string}`;

/** Everybody who manages the product by role, has some right on it or on something in it, or owns something in it; a block of the product changes nothing about that. */
export function concernedByProduct(access: OrganizationAccess, productId: `prd_${string}`, at: Date): Set<AccountId> {
  const { people, grants, products } = access;
  const product = products.product(productId);
  if (!product) return new Set();
  const resources = [...products.resourcesOf(productId)];
  const given = [
    ...[productId, ...resources.map(({ resourceId }) => resourceId)].flatMap((object) =>
      grants.on(object, product.ownershipNumber),
    ),
    ...grants.on(product.type),
  ];
  const holders = new Set(given.map(({ holder }) => holder));
  const members = new Set([
    ...resources.flatMap(({ ownerMemberId }) => ownerMemberId ?? []),
    ...[...holders].flatMap((holder) => [...grants.membersOf(holder)]),
  ]);
  const everybody = holders.has(ORGANIZATION) ? people.all() : people.managers();
  const candidates = new Set(
    [...everybody, ...[...members].flatMap((memberId) => people.member(memberId) ?? [])].map(
      ({ accountId }) => accountId,
    ),
  );
  // Something on the whole product is soon found; for the rest it is worked out what they see.
  return new Set(
    [...candidates].filter(
      (accountId) =>
        access.grantsOn(accountId, { product, resource: undefined }, at).length > 0 ||
        access.visibleProducts(accountId, at).has(productId),
    ),
  );
}
