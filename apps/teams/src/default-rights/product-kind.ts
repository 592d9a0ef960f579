import { inputError } from '@cordee/contracts/input-error';
import type { Products } from '@cordee/access/products';
import type { Catalogue, ProductType } from '../grants/catalogue.ts';
import { kindOf } from '../grants/validate-grants.ts';
import { resolveObject } from '../grants/current-ownership.ts';

type Kind = ProductType['resourceRights'][number];

/** The kind of a resource in the catalogue; undefined for an unknown product or kind. */
export async function findKind(
  { products, catalogue, maxAgeMs }: { products: Products; catalogue: Catalogue; maxAgeMs?: number },
  productId: `prd_${string}`,
  kind: string,
  now: Date,
): Promise<Kind | undefined> {
  const product = products.product(productId);
  return product && kindOf(await catalogue.type(product.type, now, maxAgeMs), kind);
}

/** Throws for an unknown product or kind. */
export async function productKind(
  from: { products: Products; catalogue: Catalogue },
  productId: `prd_${string}`,
  kind: string,
  now: Date,
): Promise<Kind> {
  if (!from.products.product(productId))
    throw inputError('PRODUCT_NOT_FOUND', '/productId', 'is no product of this organization');
  const resourceKind = await findKind(from, productId, kind, now);
  if (!resourceKind) throw inputError('RESOURCE_KIND_NOT_FOUND', '/kind', 'is no kind of resource of this product');
  return resourceKind;
}

/** The current ownership period of an existing product. */
export const ownershipNumberOf = (products: Products, productId: `prd_${string}`): number =>
  resolveObject({ products }, { kind: 'product' as const, productId }).ownershipNumber;
