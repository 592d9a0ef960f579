import { inputError } from '@cordee/contracts/input-error';
import type { Products } from '@cordee/access/products';
import type { Catalogue, ProductType } from '../grants/catalogue.ts';
import { kindOf } from '../grants/validate-grants.ts';
import { resolveObject } from '../grants/current-ownership.ts';

type Kind = ProductType['resourceRights'][number];

/** What the catalogue says of a kind of resource of a product; undefined where there is no such product or kind. */
export async function findKind(
  { products, catalogue, maxAgeMs }: { products: Products; catalogue: Catalogue; maxAgeMs?: number },
  productId: `prd_${string}`,
  kind: string,
  now: Date,
): Promise<Kind | undefined> {
  const product = products.product(productId);
  return product && kindOf(await catalogue.type(product.type, now, maxAgeMs), kind);
}

/** The same, refused where there is none. */
export async function productKind(
  from: { products: Products; catalogue: Catalogue },
  productId: `prd_${string}`,
  kind: string,
  now: Date,
): Promise<Kind> {
  if (!from.products.product(productId))
    throw inputError('PRODUCT_NOT_FOUND', '/productId', 'is no product of this organization');
  const known = await findKind(from, productId, kind, now);
  if (!known) throw inputError('RESOURCE_KIND_NOT_FOUND', '/kind', 'is no kind of resource of this product');
  return known;
}

/** Which possession of a product that was there a moment ago it is. */
export const ownershipNumberOf = (products: Products, productId: `prd_${string}`): number =>
  resolveObject({ products }, { kind: 'product' as const, productId }).ownershipNumber;
