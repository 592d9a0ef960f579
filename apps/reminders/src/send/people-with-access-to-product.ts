import type { OrganizationAccess } from '@cordee/access/organization-access';
import { ORGANIZATION } from '@cordee/access/teams';

type AccountId = `acc_${string}`;

/**
 * Managers, people with rights on the product or its resources, and owners of its resources. A block does not matter.
 */
export function peopleWithAccessToProduct(
  access: OrganizationAccess,
  productId: `prd_${string}`,
  at: Date,
): Set<AccountId> {
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
  // A grant on the product is found fast; only the others need the visible products.
  return new Set(
    [...candidates].filter(
      (accountId) =>
        access.grantsOn(accountId, { product, resource: undefined }, at).length > 0 ||
        access.visibleProducts(accountId, at).has(productId),
    ),
  );
}
