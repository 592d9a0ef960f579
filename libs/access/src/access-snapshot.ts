import type { Grants } from './grant-index.ts';
import type { People, Person } from './people.ts';
import type { Product, Products, Resource } from './products.ts';
import type { TypeRights } from './type-rights.ts';

/** The access data of an organization that a decision is made from, one part per owning service. */
export interface AccessSnapshot {
  readonly people: People;
  readonly grants: Grants;
  readonly products: Products;
  readonly typeRights: TypeRights;
}

/**
 * The target of a decision: a product or a resource. The path has the resource and its parents, innermost first; the
 * path is empty when the target is the product.
 */
export interface Target {
  product: Product;
  path: readonly Resource[];
}

/** True when the person owns the resource of the target, or a resource that contains this resource. */
export const owns = ({ memberId }: Person, { path }: Target): boolean =>
  path.some(({ ownerMemberId }) => ownerMemberId === memberId);
