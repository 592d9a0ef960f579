import { capOf, grantsOn, owns, type AccessFacts } from './decide.ts';
import type { Product, Resource } from './products.ts';
import { ownerRights, rightsGivenBy } from './rights.ts';
import type { RightSet } from './right-set.ts';
import { eachHeld, type Shelf, type Standing } from './standing.ts';

/** Something that a person has rights on; a resource is listed only where something was given on it, is restricted there, or it is theirs. */
export interface Holding {
  product: Product;
  resource: Resource | undefined;
  /** What was given or is owned; besides that, whoever manages has every right by role but those on content. */
  rights: RightSet;
}

/** What reaches a person, by what it is on: objects with something given, and resources that are restricted or owned. */
export interface Reached {
  readonly products: ReadonlySet<Product>;
  readonly resources: ReadonlyMap<Product, readonly Resource[]>;
}

/** Everything that reaches a person, whether a cap stops it or not. For whoever manages, every product. */
export function reachedBy(facts: AccessFacts, { person, isManager, ways }: Standing, at: number): Reached {
  const products = new Set<Product>(isManager ? facts.products.all() : []);
  const inside = new Set<Resource>();
  const add = (resourceId: string, possession: number): void => {
    const resource = facts.products.resource(resourceId);
    if (resource && facts.products.product(resource.productId)?.possession === possession) inside.add(resource);
  };
  const types = new Set<string>();
  for (const holder of ways.keys()) {
    for (const { object, possession, endsAt } of facts.grants.heldBy(holder)) {
      if (endsAt <= at) continue;
      const product = facts.products.product(object);
      if (product) {
        if (product.possession === possession) products.add(product);
      } else if (object.startsWith('res_')) add(object, possession);
      else types.add(object);
    }
  }
  for (const type of types) for (const product of facts.products.ofType(type)) products.add(product);
  for (const { resourceId, possession, endsAt } of facts.grants.restrictedFor(ways)) if (endsAt > at) add(resourceId, possession);
  for (const resource of facts.products.ownedBy(person.memberId)) inside.add(resource);
  const resources = new Map<Product, Resource[]>();
  for (const resource of inside) {
    const product = facts.products.product(resource.productId);
    if (!product) continue;
    const known = resources.get(product);
    if (known) known.push(resource);
    else resources.set(product, [resource]);
  }
  return { products, resources };
}

/**
 * Tells the rights that were given on products as a whole, as far as nothing stops them; for one person, of many products: what is given on a
 * type is gathered once.
 */
export function rightsOnProducts(facts: AccessFacts, standing: Standing, at: number, none: RightSet): (shelf: Shelf) => RightSet {
  const names = facts.grants.rights();
  const types = new Map<string, RightSet>();
  return ({ product, onProduct, onType }) => {
    if (product.isBlocked && !standing.isManager) return none;
    let rights: RightSet;
    const add = (number: number): void => {
      const right = names[number]!;
      if (!capOf(standing.person, product, right)) rights = rights.with(right);
    };
    const known = types.get(product.type);
    rights = known ?? none;
    if (!known) {
      eachHeld(onType, standing, at, add);
      types.set(product.type, rights);
    }
    eachHeld(onProduct, standing, at, add);
    return rights;
  };
}

/** The rights that were given on a resource or come with owning it, as far as nothing stops them; those of a manager's role are not among them. */
export function rightsOnResource(facts: AccessFacts, { person, ways }: Standing, product: Product, resource: Resource, at: number, none: RightSet): RightSet {
  const thing = { product, path: facts.products.pathOf(resource) };
  let rights = none;
  const add = (right: string): void => {
    if (!capOf(person, product, right)) rights = rights.with(right);
  };
  if (owns(person, thing)) ownerRights.forEach(add);
  for (const { grant, isCut } of grantsOn(facts, thing, person, ways, at)) if (!isCut) rightsGivenBy(grant.right).forEach(add);
  return rights;
}
