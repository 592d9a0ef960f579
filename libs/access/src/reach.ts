import { capOf, grantsOn, owns, type AccessFacts, type Thing } from './decide.ts';
import { manages, type Person } from './people.ts';
import type { Product, Resource } from './products.ts';
import { isContentRight, ownerRights, rightsGivenBy } from './rights.ts';
import type { RightSet } from './right-set.ts';

/** What a person may do, worked out once and good until something in it ends by its own: what checks look up. */
export interface Reach {
  readonly person: Person;
  readonly isManager: boolean;
  /** Milliseconds since 1970: it is good from the one up to the other, then something in it has ended by itself. */
  readonly from: number;
  readonly until: number;
  /** By product or resource: only those on which something was given, restricted or is owned. A resource without an entry is like what it lies in. */
  readonly rights: ReadonlyMap<string, RightSet>;
  /** By product type, for products without an entry. */
  readonly types: ReadonlyMap<string, RightSet>;
}

/** Works out the reach of a person, by the function that also explains (`grantsOn`), for each thing that something was given on. */
export function reachOf(facts: AccessFacts, person: Person, at: number, none: RightSet): Reach {
  let [from, until] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ends = (instant: number): void => {
    if (instant <= at) from = Math.max(from, instant);
    else until = Math.min(until, instant);
  };
  const isExternal = person.role === 'external';
  const ways = facts.grants.waysTo(person.accountId, isExternal, at, ends);
  const objects = new Set<string>();
  for (const holder of ways.keys()) {
    for (const grant of facts.grants.heldBy(holder)) {
      ends(grant.endsAt);
      if (grant.endsAt > at) objects.add(grant.object);
    }
  }
  for (const { resourceId, endsAt } of facts.grants.restrictedFor(ways)) {
    ends(endsAt);
    if (endsAt > at) objects.add(resourceId);
  }
  for (const { resourceId } of facts.products.ownedBy(person.accountId)) objects.add(resourceId);

  const rights = new Map<string, RightSet>();
  const types = new Map<string, RightSet>();
  const onThing = (thing: Thing): RightSet => {
    let set = none;
    const add = (right: string): void => {
      if (!capOf(person, thing.product, right)) set = set.with(right);
    };
    if (owns(person.accountId, thing)) ownerRights.forEach(add);
    for (const { grant, isCut } of grantsOn(facts, thing, person.accountId, ways, at)) if (!isCut) rightsGivenBy(grant.right).forEach(add);
    return set;
  };
  for (const object of objects) {
    const product = facts.products.product(object);
    if (product) rights.set(object, onThing({ product, path: [] }));
    else {
      const resource = facts.products.resource(object);
      const parent = resource && facts.products.product(resource.productId);
      if (parent) rights.set(object, onThing({ product: parent, path: facts.products.pathOf(resource) }));
      // A type is a product of which nothing else is known.
      else if (!resource) types.set(object, onThing({ product: { productId: 'prd_', type: object, name: '', isBlocked: false }, path: [] }));
    }
  }
  return { person, isManager: manages(person), from, until, rights, types };
}

/** The rights on a product as a whole, as far as they were given: those of a manager's role are not among them. */
export function rightsOnProduct(reach: Reach, product: Product, none: RightSet): RightSet {
  return reach.rights.get(product.productId) ?? (product.isBlocked && !reach.isManager ? none : (reach.types.get(product.type) ?? none));
}

/** Whether the right is held: `decide` without the reasons. */
export function reaches(facts: AccessFacts, reach: Reach, right: string, productId: string, resourceId: string | undefined): boolean {
  if (resourceId !== undefined) {
    const resource = facts.products.resource(resourceId);
    if (resource?.productId !== productId) return false;
    if (!reach.isManager || isContentRight(right)) {
      for (let at: Resource | undefined = resource, depth = 0; at && depth < 50; at = at.parentId ? facts.products.resource(at.parentId) : undefined, depth += 1) {
        const rights = reach.rights.get(at.resourceId);
        if (rights) return rights.has(right);
      }
    }
  }
  if (reach.isManager && !isContentRight(right)) return facts.products.product(productId) !== undefined;
  const known = reach.rights.get(productId);
  if (known) return known.has(right);
  if (reach.types.size === 0) return false;
  const product = facts.products.product(productId);
  return product !== undefined && (!product.isBlocked || reach.isManager) && (reach.types.get(product.type)?.has(right) ?? false);
}
