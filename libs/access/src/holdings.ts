import { capOf, grantsOn, isNarrowed, owns, type AccessSnapshot } from './decide.ts';
import type { Product, Resource } from './products.ts';
import { ownerRights, rightsGivenBy } from './rights.ts';
import type { RightSet } from './right-set.ts';
import type { Standing } from './standing.ts';

/**
 * Something that a person has rights on. A resource is listed only where a grant or a restriction is on it, or where
 * the person owns it: a resource that is not listed has the rights of what it lies in. A resource without any rights
 * is one where a restriction leaves them nothing.
 */
export interface Holding {
  product: Product;
  resource: Resource | undefined;
  /** What was given or is owned; besides that, whoever manages has every right by role but those on content. */
  rights: RightSet;
}

/** What reaches a person, whether a cap stops it or not: what was given on products and on types, and the resources on which something was given, is restricted, or which they own. */
export interface Reached {
  readonly onProducts: ReadonlyMap<Product, RightSet>;
  readonly onTypes: ReadonlyMap<string, RightSet>;
  readonly resources: ReadonlyMap<Product, readonly Resource[]>;
}

/** Everything that reaches a person, gathered from who holds it: what others hold is not looked at. */
export function reachedBy(facts: AccessSnapshot, { person, ways }: Standing, at: number, none: RightSet): Reached {
  const onProducts = new Map<Product, RightSet>();
  const onTypes = new Map<string, RightSet>();
  const inside = new Set<Resource>();
  const add = (resourceId: string, ownershipNumber: number): void => {
    const resource = facts.products.resource(resourceId);
    if (resource && facts.products.product(resource.productId)?.ownershipNumber === ownershipNumber)
      inside.add(resource);
  };
  for (const holder of ways.keys()) {
    for (const { object, ownershipNumber, right, endsAt } of facts.grants.heldBy(holder)) {
      if (endsAt <= at) continue;
      if (object.startsWith('res_')) {
        add(object, ownershipNumber);
        continue;
      }
      const product = facts.products.product(object);
      if (!product) onTypes.set(object, withAll(onTypes.get(object) ?? none, right));
      else if (product.ownershipNumber === ownershipNumber)
        onProducts.set(product, withAll(onProducts.get(product) ?? none, right));
    }
  }
  for (const { resourceId, ownershipNumber, endsAt } of facts.grants.restrictedFor(ways))
    if (endsAt > at) add(resourceId, ownershipNumber);
  for (const resource of facts.products.ownedBy(person.memberId)) inside.add(resource);
  const resources = new Map<Product, Resource[]>();
  for (const resource of inside) {
    const product = facts.products.product(resource.productId);
    if (!product) continue;
    const known = resources.get(product);
    if (known) known.push(resource);
    else resources.set(product, [resource]);
  }
  return { onProducts, onTypes, resources };
}

/** The products on which something reaches a person as a whole; for whoever manages, every product. */
export function* productsOf(
  facts: AccessSnapshot,
  { isManager }: Standing,
  { onProducts, onTypes }: Reached,
): Iterable<Product> {
  if (isManager) return yield* facts.products.all();
  yield* onProducts.keys();
  for (const type of onTypes.keys())
    for (const product of facts.products.ofType(type)) if (!onProducts.has(product)) yield product;
}

/** Tells the rights that were given on products as a whole, as far as nothing stops them. */
export function rightsOnProducts(
  { person, isManager }: Standing,
  { onProducts, onTypes }: Reached,
  none: RightSet,
): (product: Product) => RightSet {
  // But for a block, what a cap leaves of some rights is the same on every product.
  const left = new Map<RightSet, RightSet>();
  return (product) => {
    if (product.isBlocked && !isManager) return none;
    const onType = onTypes.get(product.type) ?? none;
    const onProduct = onProducts.get(product);
    const given = onProduct ? onType.and(onProduct) : onType;
    let rights = left.get(given);
    if (!rights) left.set(given, (rights = given.only((right) => !capOf(person, product, right))));
    return rights;
  };
}

/**
 * The rights on a resource by grants and by ownership, after the caps, without those of a manager's role.
 * `isRestricted`: a restriction takes others away.
 */
export function rightsOnResource(
  facts: AccessSnapshot,
  { person, ways }: Standing,
  product: Product,
  resource: Resource,
  at: number,
  none: RightSet,
): { rights: RightSet; isRestricted: boolean } {
  const thing = { product, path: facts.products.pathOf(resource) };
  let [rights, isRestricted] = [none, false];
  if (owns(person, thing)) for (const right of ownerRights) rights = rights.with(right);
  for (const held of grantsOn(facts, thing, person, ways, at)) {
    if (isNarrowed(held)) isRestricted = true;
    for (const right of held.gives) rights = rights.with(right);
  }
  return { rights: rights.only((right) => !capOf(person, product, right)), isRestricted };
}

function withAll(rights: RightSet, right: string): RightSet {
  for (const given of rightsGivenBy(right)) rights = rights.with(given);
  return rights;
}
