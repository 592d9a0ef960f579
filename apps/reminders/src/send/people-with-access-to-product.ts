import type { OrganizationAccess } from '@cordee/access/organization-access';
import { ORGANIZATION } from '@cordee/access/teams';

type AccountId = `acc_${string}`;

/**
 * Returns managers, people with rights on the product or its resources, and owners of its resources. A block of the
 * product does not matter.
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
  const grantsForProduct = [
    ...[productId, ...resources.map(({ resourceId }) => resourceId)].flatMap((objectId) =>
      grants.onObject(objectId, product.ownershipNumber),
    ),
    ...grants.onObject(product.type),
  ];
  const holders = new Set(grantsForProduct.map(({ holder }) => holder));
  const memberIds = new Set([
    ...resources.flatMap(({ ownerMemberId }) => ownerMemberId ?? []),
    ...[...holders].flatMap((holder) => [...grants.membersOf(holder)]),
  ]);
  // Managers need no grant. A grant to the organization gives rights to all members; the check below drops externals.
  const peopleByRoleOrMembership = holders.has(ORGANIZATION) ? people.all() : people.managers();
  const candidates = new Set(
    [...peopleByRoleOrMembership, ...[...memberIds].flatMap((memberId) => people.member(memberId) ?? [])].map(
      ({ accountId }) => accountId,
    ),
  );
  // The check of grants on the product is fast. Only the other candidates need the slower check of visible products.
  return new Set(
    [...candidates].filter(
      (accountId) =>
        access.findHeldGrants(accountId, { product, resource: undefined }, at).length > 0 ||
        access.visibleProducts(accountId, at).has(productId),
    ),
  );
}
