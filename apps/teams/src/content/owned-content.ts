import type { OrganizationAccess, PartRows } from '@cordee/access/organization-access';
import type { Resource } from '@cordee/access/products';

/** A resource that is somebody's: its own owner's, or that of the nearest one around it. */
export interface OwnedThing {
  resource: Resource;
  ownerAccountId: `acc_${string}`;
}

/** What belongs to single persons of an organization, with what lies in it; or one resource of these. */
export function ownedContent(
  { people, products }: Pick<OrganizationAccess, 'people' | 'products'>,
  resourceId?: `res_${string}`,
): OwnedThing[] {
  const only = resourceId && products.resource(resourceId);
  if (resourceId && !only) return [];
  const resources = only
    ? [only]
    : products.inside([...people.all()].flatMap(({ memberId }) => [...products.ownedBy(memberId)]));
  return [...resources].flatMap((resource) => {
    const ownerAccountId = products.pathOf(resource).find((around) => around.ownerAccountId !== null)?.ownerAccountId;
    return ownerAccountId ? [{ resource, ownerAccountId }] : [];
  });
}

/** The products with these things, as far as a decision about them looks. A block holds back for a while and takes nothing away: it is left out. */
export function productRows(
  { products }: Pick<OrganizationAccess, 'products'>,
  things: readonly OwnedThing[],
): PartRows['products'] {
  const resources = new Set(things.flatMap(({ resource }) => products.pathOf(resource)));
  const productIds = new Set([...resources].map(({ productId }) => productId));
  return {
    changed: null,
    resources: [...resources],
    products: [...productIds].flatMap((productId) => {
      const product = products.product(productId);
      return product ? [{ ...product, isBlocked: false }] : [];
    }),
  };
}
