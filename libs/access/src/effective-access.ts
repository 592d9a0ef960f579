import { owns, type AccessSnapshot } from './access-snapshot.ts';
import { capFor } from './decide-access.ts';
import { findHeldGrants, isNarrowed } from './held-grants.ts';
import type { Product, Resource } from './products.ts';
import { ownerRights } from './special-rights.ts';
import { rightsGivenBy } from './included-rights.ts';
import type { RightSet } from './right-set.ts';
import type { ResolvedPrincipal } from './resolve-principal.ts';

/**
 * A product or resource with the rights of a person. A resource is listed only when it has a grant or a restriction, or
 * when the person owns it. A resource that is not listed has the same rights as its parent. A listed resource has no
 * rights when a restriction removes all of them.
 */
export interface AccessEntry {
  product: Product;
  resource: Resource | undefined;
  /**
   * The rights from grants and ownership. They do not include the role of a manager, which gives every right except
   * content rights.
   */
  rights: RightSet;
}

/**
 * The grants of a person before the caps (`capFor` in decide-access.ts): rights on products and on types, and the
 * resources that have a grant or a restriction or that the person owns.
 */
export interface CollectedGrants {
  readonly onProducts: ReadonlyMap<Product, RightSet>;
  readonly onTypes: ReadonlyMap<string, RightSet>;
  readonly resources: ReadonlyMap<Product, readonly Resource[]>;
}

/**
 * Collects the grants of a person. Looks the grants up by holder, so that it does not read the grants of other people.
 * `noRights`: the empty set of the organization, to which the rights are added.
 */
export function collectGrants(
  snapshot: AccessSnapshot,
  { person, paths }: ResolvedPrincipal,
  at: number,
  noRights: RightSet,
): CollectedGrants {
  const onProducts = new Map<Product, RightSet>();
  const onTypes = new Map<string, RightSet>();
  const listedResources = new Set<Resource>();
  const addResource = (resourceId: string, ownershipNumber: number): void => {
    const resource = snapshot.products.resource(resourceId);
    if (resource && snapshot.products.product(resource.productId)?.ownershipNumber === ownershipNumber)
      listedResources.add(resource);
  };
  for (const holder of paths.keys()) {
    for (const { object, ownershipNumber, right, endsAt } of snapshot.grants.heldBy(holder)) {
      if (endsAt <= at) continue;
      if (object.startsWith('res_')) {
        addResource(object, ownershipNumber);
        continue;
      }
      const product = snapshot.products.product(object);
      // An object that is neither a resource nor a known product is the key of a product type.
      if (!product) onTypes.set(object, withIncludedRights(onTypes.get(object) ?? noRights, right));
      else if (product.ownershipNumber === ownershipNumber)
        onProducts.set(product, withIncludedRights(onProducts.get(product) ?? noRights, right));
    }
  }
  for (const { resourceId, ownershipNumber, endsAt } of snapshot.grants.restrictionsOf(paths))
    if (endsAt > at) addResource(resourceId, ownershipNumber);
  for (const resource of snapshot.products.ownedBy(person.memberId)) listedResources.add(resource);
  const resources = new Map<Product, Resource[]>();
  for (const resource of listedResources) {
    const product = snapshot.products.product(resource.productId);
    if (!product) continue;
    const resourcesOfProduct = resources.get(product);
    if (resourcesOfProduct) resourcesOfProduct.push(resource);
    else resources.set(product, [resource]);
  }
  return { onProducts, onTypes, resources };
}

/** The products on which the person has a grant, or every product for a manager. */
export function* grantedProducts(
  snapshot: AccessSnapshot,
  { isManager }: ResolvedPrincipal,
  { onProducts, onTypes }: CollectedGrants,
): Iterable<Product> {
  if (isManager) return yield* snapshot.products.all();
  yield* onProducts.keys();
  for (const type of onTypes.keys())
    for (const product of snapshot.products.ofType(type)) if (!onProducts.has(product)) yield product;
}

/** Creates a function that computes the granted rights on a product, after the caps. */
export function createRightsCalculator(
  { person, isManager }: ResolvedPrincipal,
  { onProducts, onTypes }: CollectedGrants,
  noRights: RightSet,
): (product: Product) => RightSet {
  // Except for a block, the caps do not depend on the product, so their result is cached per set of rights.
  const cappedRights = new Map<RightSet, RightSet>();
  return (product) => {
    if (product.isBlocked && !isManager) return noRights;
    const onType = onTypes.get(product.type) ?? noRights;
    const onProduct = onProducts.get(product);
    const grantedRights = onProduct ? onType.union(onProduct) : onType;
    let rights = cappedRights.get(grantedRights);
    if (!rights)
      cappedRights.set(grantedRights, (rights = grantedRights.filter((right) => !capFor(person, product, right))));
    return rights;
  };
}

/**
 * The rights on a resource by grants and ownership, after the caps, without the role of a manager. `isRestricted` is
 * true when a restriction removes rights.
 */
export function rightsOnResource(
  snapshot: AccessSnapshot,
  { person, paths }: ResolvedPrincipal,
  { product, resource }: { product: Product; resource: Resource },
  at: number,
  noRights: RightSet,
): { rights: RightSet; isRestricted: boolean } {
  const target = { product, path: snapshot.products.pathOf(resource) };
  let [rights, isRestricted] = [noRights, false];
  if (owns(person, target)) for (const right of ownerRights) rights = rights.with(right);
  for (const heldGrant of findHeldGrants(snapshot, target, person, paths, at)) {
    if (isNarrowed(heldGrant)) isRestricted = true;
    for (const right of heldGrant.givenRights) rights = rights.with(right);
  }
  return { rights: rights.filter((right) => !capFor(person, product, right)), isRestricted };
}

function withIncludedRights(rights: RightSet, right: string): RightSet {
  for (const includedRight of rightsGivenBy(right)) rights = rights.with(includedRight);
  return rights;
}
