import type { AccessFacts } from './access-facts.ts';
import { isUpperRole } from '@cordee/contracts/permissions';
import { heldGrants } from './held-grants.ts';

/** What a person sees of a product. */
export interface VisibleProduct {
  /** Every resource, those that come later too. */
  isWhole: boolean;
  /** The resources seen one by one. */
  resourceIds: Set<`res_${string}`>;
}

type ProductId = `prd_${string}`;

/**
 * The products that a person may know of: those on which `decide` gives them some right. A block stops what they do with a product, not that
 * they see it: they are told that it is blocked.
 */
export function visibleProducts(facts: AccessFacts, accountId: `acc_${string}`, at: Date): Map<ProductId, VisibleProduct> {
  const visible = new Map<ProductId, VisibleProduct>();
  const person = facts.people.people.find((candidate) => candidate.accountId === accountId);
  if (!person || person.isBlocked) return visible;
  const { products } = facts.products;
  const known = new Set(products.map(({ productId }) => productId));
  const see = (productId: ProductId): VisibleProduct | undefined => {
    if (known.has(productId) && !visible.has(productId)) visible.set(productId, { isWhole: false, resourceIds: new Set() });
    return visible.get(productId);
  };
  const seeWhole = (productId: ProductId): void => {
    const product = see(productId);
    if (product) product.isWhole = true;
  };

  if (isUpperRole(person.role)) for (const { productId } of products) seeWhole(productId);
  for (const { productId, ownedResources = [] } of products) {
    for (const owned of ownedResources) if (owned.accountId === accountId) see(productId)?.resourceIds.add(owned.resourceId);
  }
  for (const { grant: { object } } of heldGrants(facts, person, at)) {
    if (object.kind === 'product') seeWhole(object.productId);
    else if (object.kind === 'resource') see(object.productId)?.resourceIds.add(object.resourceId);
    else for (const { productId, type } of products) if (type === object.type) seeWhole(productId);
  }
  return visible;
}
