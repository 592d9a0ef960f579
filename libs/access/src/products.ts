import type { ProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { addTo, removeFrom } from './multi-map.ts';

export type Product = ProductSnapshot['products'][number];
export type Resource = ProductSnapshot['resources'][number];

/**
 * The maximum length of a path (a resource and its parents), which ends a cycle of parents. It is higher than the limit
 * of nested folders.
 */
const MAX_DEPTH = 50;

/** The products and resources of an organization. */
export class Products {
  private readonly products = new Map<string, Product>();
  private readonly resources = new Map<string, Resource>();
  private readonly byProduct = new Map<string, Set<Resource>>();
  private readonly byType = new Map<string, Set<Product>>();
  private readonly byOwner = new Map<string, Set<Resource>>();
  private readonly byParent = new Map<string, Set<Resource>>();

  /**
   * Applies rows of the service products. First removes the products and resources with the ids in `changed`, which is
   * null for a page of a complete snapshot. Returns no accounts, because no resolved principal depends on products.
   */
  apply({
    changed,
    products,
    resources,
  }: Pick<ProductSnapshot, 'changed' | 'products' | 'resources'>): readonly never[] {
    for (const id of changed ?? []) this.remove(id);
    for (const row of products) {
      this.remove(row.productId);
      this.products.set(row.productId, row);
      addTo(this.byType, row.type, row);
    }
    for (const row of resources) {
      this.remove(row.resourceId);
      this.resources.set(row.resourceId, row);
      addTo(this.byProduct, row.productId, row);
      if (row.ownerMemberId) addTo(this.byOwner, row.ownerMemberId, row);
      if (row.parentId) addTo(this.byParent, row.parentId, row);
    }
    return [];
  }

  product(id: string): Product | undefined {
    return this.products.get(id);
  }

  resource(id: string): Resource | undefined {
    return this.resources.get(id);
  }

  all(): Iterable<Product> {
    return this.products.values();
  }

  /** The types of the existing products. */
  types(): string[] {
    return [...this.byType.keys()];
  }

  ofType(type: string): Iterable<Product> {
    return this.byType.get(type) ?? [];
  }

  resourcesOf(productId: string): Iterable<Resource> {
    return this.byProduct.get(productId) ?? [];
  }

  ownedBy(memberId: string): Iterable<Resource> {
    return this.byOwner.get(memberId) ?? [];
  }

  /** The resource and its parents, innermost first. */
  pathOf(resource: Resource): Resource[] {
    const path: Resource[] = [];
    for (
      let current: Resource | undefined = resource;
      current && path.length < MAX_DEPTH;
      current = current.parentId ? this.resources.get(current.parentId) : undefined
    )
      path.push(current);
    return path;
  }

  /** The resources and all their descendants. */
  withDescendants(resources: Iterable<Resource>): Set<Resource> {
    const descendants = new Set<Resource>(resources);
    // A for-of loop over a set also visits values that are added during the loop.
    for (const resource of descendants)
      for (const child of this.byParent.get(resource.resourceId) ?? []) descendants.add(child);
    return descendants;
  }

  get size(): number {
    return this.products.size + this.resources.size;
  }

  private remove(id: string): void {
    const product = this.products.get(id);
    if (product) {
      this.products.delete(id);
      removeFrom(this.byType, product.type, product);
    }
    const resource = this.resources.get(id);
    if (!resource) return;
    this.resources.delete(id);
    removeFrom(this.byProduct, resource.productId, resource);
    if (resource.ownerMemberId) removeFrom(this.byOwner, resource.ownerMemberId, resource);
    if (resource.parentId) removeFrom(this.byParent, resource.parentId, resource);
  }
}
