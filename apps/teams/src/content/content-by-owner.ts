import type { Grants } from '@cordee/access/grant-index';
import type { Products, Resource } from '@cordee/access/products';
import { isContentRight, ownerRights } from '@cordee/access/special-rights';
import { rightsGivenBy } from '@cordee/access/included-rights';
import type { Catalogue } from '../grants/catalogue.ts';
import { findResourceKind } from '../grants/validate-grants.ts';
import type { ContentGrant } from './select-content-grants.ts';

type AccountId = `acc_${string}`;

/** Returns the content rights of the kind of a resource; all content rights when the catalogue lacks the kind. */
export type FindContentRights = (resource: Resource) => readonly string[];

/**
 * Selects the owned resources on which a grant gives a content right, and groups them by owner. A resource without an
 * owner belongs to the owner of the nearest outer resource.
 */
export function groupContentByOwner(
  grant: ContentGrant,
  { grants, products, at }: { grants: Grants; products: Products; at: Date },
  findContentRights: FindContentRights,
): Map<AccountId, Resource[]> {
  const byOwner = new Map<AccountId, Resource[]>();
  for (const resource of coveredResources(products, grant)) {
    const path = products.pathOf(resource);
    const owner = path.find(({ ownerAccountId }) => ownerAccountId !== null)?.ownerAccountId;
    if (!owner) continue;
    const givenRights = remainingRights(grant, path, { grants, products, at });
    if (!findContentRights(resource).some((right) => givenRights.includes(right))) continue;
    const resourcesOfOwner = byOwner.get(owner);
    if (resourcesOfOwner) resourcesOfOwner.push(resource);
    else byOwner.set(owner, [resource]);
  }
  return byOwner;
}

/** Leaves out the resources whose parent is also in the list. */
export function selectOutermost(resources: readonly Resource[]): Resource[] {
  const ids = new Set<string>(resources.map(({ resourceId }) => resourceId));
  return resources.filter(({ parentId }) => !parentId || !ids.has(parentId));
}

/** Loads the product types of an organization, and creates the look-up of content rights from these types. */
export async function loadContentRightsLookup(
  catalogue: Catalogue,
  products: Products,
  now: Date,
): Promise<FindContentRights> {
  const typeOf = (productId: string): string => products.product(productId)?.type ?? '';
  // A maximum age of 0 loads the newest catalogue, because the answer must use the newest data.
  const types = new Map(
    await Promise.all(
      [...new Set([...products.all()].map(({ type }) => type))].map(
        async (type) => [type, await catalogue.findType(type, now, 0)] as const,
      ),
    ),
  );
  return ({ productId, kind }) =>
    findResourceKind(types.get(typeOf(productId)), kind)?.rights.filter(isContentRight) ?? ownerRights;
}

function coveredResources(products: Products, { object, ownershipNumber }: ContentGrant): Iterable<Resource> {
  const resource = products.resource(object);
  const product = products.product(resource?.productId ?? object);
  if (product && product.ownershipNumber !== ownershipNumber) return [];
  if (resource) return products.withDescendants([resource]);
  const coveredProducts = product ? [product] : [...products.ofType(object)];
  return coveredProducts.flatMap(({ productId }) => [...products.resourcesOf(productId)]);
}

/**
 * The rights that the grant gives on a resource, after the restrictions between the object and the resource. Only the
 * restrictions of the holders in `restrictedBy` narrow these rights.
 */
function remainingRights(
  { restrictedBy, object, right }: ContentGrant,
  path: readonly Resource[],
  { grants, products, at }: { grants: Grants; products: Products; at: Date },
): readonly string[] {
  // The index is -1 for a grant on a product or a product type. The restrictions on the resource and on all its parents
  // then apply.
  const objectIndex = path.findIndex(({ resourceId }) => resourceId === object);
  return path
    .slice(0, objectIndex < 0 ? path.length : objectIndex)
    .flatMap(({ resourceId, productId }) =>
      grants.restrictionsOn(resourceId, products.product(productId)?.ownershipNumber ?? 1),
    )
    .filter((restriction) => restrictedBy.includes(restriction.holder) && restriction.endsAt > at.getTime())
    .reduce<readonly string[]>((remaining, restriction) => {
      const allowedRights = restriction.right === null ? [] : rightsGivenBy(restriction.right);
      return remaining.filter((remainingRight) => allowedRights.includes(remainingRight));
    }, rightsGivenBy(right));
}
