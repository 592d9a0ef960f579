import type { ProductSnapshot } from '@cordee/contracts/products/product-snapshot';

export type Product = ProductSnapshot['products'][number];
export type Resource = ProductSnapshot['resources'][number];

/** Deeper than folders are ever nested; what would be a circle ends here. */
const MAX_DEPTH = 50;

/** What an organization has, by id. */
export class Products {
  private readonly products = new Map<string, Product>();
  private readonly resources = new Map<string, Resource>();
  private readonly byProduct = new Map<string, Set<Resource>>();
  private readonly byType = new Map<string, Set<Product>>();
  private readonly byOwner = new Map<string, Set<Resource>>();
  private readonly byParent = new Map<string, Set<Resource>>();

  /** Takes rows; `changed` are the products and resources that are forgotten before, null when these are all there are. How people stand does not change with them. */
  take({
    changed,
    products,
    resources,
  }: Pick<ProductSnapshot, 'changed' | 'products' | 'resources'>): readonly never[] {
    for (const id of changed ?? []) this.forget(id);
    for (const row of products) {
      this.forget(row.productId);
      this.products.set(row.productId, row);
      put(this.byType, row.type, row);
    }
    for (const row of resources) {
      this.forget(row.resourceId);
      this.resources.set(row.resourceId, row);
      put(this.byProduct, row.productId, row);
      if (row.ownerMemberId) put(this.byOwner, row.ownerMemberId, row);
      if (row.parentId) put(this.byParent, row.parentId, row);
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

  /** The types of which there are products. */
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

  /** The resource and what it lies in, from inside out. */
  pathOf(resource: Resource): Resource[] {
    const path: Resource[] = [];
    for (
      let at: Resource | undefined = resource;
      at && path.length < MAX_DEPTH;
      at = at.parentId ? this.resources.get(at.parentId) : undefined
    )
      path.push(at);
    return path;
  }

  /** The resources with everything that lies in them, each once. */
  inside(resources: Iterable<Resource>): Set<Resource> {
    const found = new Set<Resource>(resources);
    // What is added while the set is gone through has its turn too.
    for (const resource of found) for (const child of this.byParent.get(resource.resourceId) ?? []) found.add(child);
    return found;
  }

  get size(): number {
    return this.products.size + this.resources.size;
  }

  private forget(id: string): void {
    const product = this.products.get(id);
    if (product) {
      this.products.delete(id);
      drop(this.byType, product.type, product);
    }
    const resource = this.resources.get(id);
    if (!resource) return;
    this.resources.delete(id);
    drop(this.byProduct, resource.productId, resource);
    if (resource.ownerMemberId) drop(this.byOwner, resource.ownerMemberId, resource);
    if (resource.parentId) drop(this.byParent, resource.parentId, resource);
  }
}

export function put<K, V>(index: Map<K, Set<V>>, key: K, value: V): void {
  const values = index.get(key);
  if (values) values.add(value);
  else index.set(key, new Set([value]));
}

export function drop<K, V>(index: Map<K, Set<V>>, key: K, value: V): void {
  const values = index.get(key);
  values?.delete(value);
  if (values?.size === 0) index.delete(key);
}
