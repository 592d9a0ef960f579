import type { Grants } from '@cordee/access/grants';
import type { Products, Resource } from '@cordee/access/products';
import { isContentRight, ownerRights, rightsGivenBy } from '@cordee/access/rights';
import type { Catalogue } from '../grants/catalogue.ts';
import { kindOf } from '../grants/validate-grants.ts';
import type { ContentGrant } from './select-content-grants.ts';

type AccountId = `acc_${string}`;

/** The content rights of a resource by its kind; all content rights when the catalogue does not have the kind. */
export type ContentRights = (resource: Resource) => readonly string[];

/** The owned resources that a grant covers, by owner. The innermost owner of a path is the owner of the resource. */
export function ownedContent(
  grant: ContentGrant,
  { grants, products, at }: { grants: Grants; products: Products; at: Date },
  contentRights: ContentRights,
): Map<AccountId, Resource[]> {
  const byOwner = new Map<AccountId, Resource[]>();
  for (const resource of coveredResources(products, grant)) {
    const path = products.pathOf(resource);
    const owner = path.find(({ ownerAccountId }) => ownerAccountId !== null)?.ownerAccountId;
    if (!owner) continue;
    const given = remainingRights(grant, path, { grants, products, at });
    if (!contentRights(resource).some((right) => given.includes(right))) continue;
    const owned = byOwner.get(owner);
    if (owned) owned.push(resource);
    else byOwner.set(owner, [resource]);
  }
  return byOwner;
}

/** Removes resources that are inside another resource of the list. */
export function outermost(resources: readonly Resource[]): Resource[] {
  const ids = new Set<string>(resources.map(({ resourceId }) => resourceId));
  return resources.filter(({ parentId }) => !parentId || !ids.has(parentId));
}

/** Loads all product types of an organization from the catalogue. */
export async function contentRightsBy(catalogue: Catalogue, products: Products, now: Date): Promise<ContentRights> {
  const typeOf = (productId: string): string => products.product(productId)?.type ?? '';
  const types = new Map(
    await Promise.all(
      [...new Set([...products.all()].map(({ type }) => type))].map(
        async (type) => [type, await catalogue.type(type, now, 0)] as const,
      ),
    ),
  );
  return ({ productId, kind }) =>
    kindOf(types.get(typeOf(productId)), kind)?.rights.filter(isContentRight) ?? ownerRights;
}

function coveredResources(products: Products, { object, ownershipNumber }: ContentGrant): Iterable<Resource> {
  const resource = products.resource(object);
  const product = products.product(resource?.productId ?? object);
  if (product && product.ownershipNumber !== ownershipNumber) return [];
  if (resource) return products.withDescendants([resource]);
  const covered = product ? [product] : [...products.ofType(object)];
  return covered.flatMap(({ productId }) => [...products.resourcesOf(productId)]);
}

/** The rights of the grant on a resource, minus the rights that restrictions below its object remove. */
function remainingRights(
  { restrictedBy, object, right }: ContentGrant,
  path: readonly Resource[],
  { grants, products, at }: { grants: Grants; products: Products; at: Date },
): readonly string[] {
  const objectIndex = path.findIndex(({ resourceId }) => resourceId === object);
  return path
    .slice(0, objectIndex < 0 ? path.length : objectIndex)
    .flatMap(({ resourceId, productId }) =>
      grants.restrictionsOn(resourceId, products.product(productId)?.ownershipNumber ?? 1),
    )
    .filter((restriction) => restrictedBy.includes(restriction.holder) && restriction.endsAt > at.getTime())
    .reduce<readonly string[]>((remaining, restriction) => {
      const allowed = restriction.right === null ? [] : rightsGivenBy(restriction.right);
      return remaining.filter((each) => allowed.includes(each));
    }, rightsGivenBy(right));
}
