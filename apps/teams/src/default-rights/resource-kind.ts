import { inputError } from '@cordee/contracts/input-error';
import type { Products } from '@cordee/access/products';
import type { Catalogue, ProductType } from '../grants/catalogue.ts';
import { findResourceKind } from '../grants/validate-grants.ts';
import { resolveObject } from '../grants/current-periods.ts';

type ResourceKind = ProductType['resourceRights'][number];

/** Finds a resource kind of a product in the catalogue; undefined when the product or the kind is unknown. */
export async function findResourceKindOfProduct(
  { products, catalogue, maxAgeMs }: { products: Products; catalogue: Catalogue; maxAgeMs?: number },
  productId: `prd_${string}`,
  kind: string,
  now: Date,
): Promise<ResourceKind | undefined> {
  const product = products.product(productId);
  return product && findResourceKind(await catalogue.findType(product.type, now, maxAgeMs), kind);
}

/** Finds a resource kind of a product in the catalogue. Throws when the product or the kind is unknown. */
export async function getResourceKind(
  sources: { products: Products; catalogue: Catalogue },
  productId: `prd_${string}`,
  kind: string,
  now: Date,
): Promise<ResourceKind> {
  if (!sources.products.product(productId))
    throw inputError('PRODUCT_NOT_FOUND', '/productId', 'is not a product of this organization');
  const resourceKind = await findResourceKindOfProduct(sources, productId, kind, now);
  if (!resourceKind) throw inputError('RESOURCE_KIND_NOT_FOUND', '/kind', 'is not a resource kind of this product');
  return resourceKind;
}

/** The number of the current ownership period of an existing product. */
export const ownershipNumberOf = (products: Products, productId: `prd_${string}`): number =>
  resolveObject({ products }, { kind: 'product' as const, productId }).ownershipNumber;
