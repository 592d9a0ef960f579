import { DomainError } from '@cordee/contracts/domain-error';
import { findHeldGrants } from '@cordee/access/held-grants';
import { holderOf, objectOf, type Grant } from '@cordee/access/grant-index';
import { pathsTo } from '@cordee/access/grant-paths';
import { manages } from '@cordee/access/people';
import { rightsGivenBy } from '@cordee/access/included-rights';
import type { Output } from '@cordee/contracts/contract';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import type { getPersonRights } from '@cordee/contracts/teams/person-rights';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plannedEndOf } from '../access/describe-sources.ts';
import type { ValidationSources } from './validate-grants.ts';
import { selectApplicableGrants } from './select-applicable-grants.ts';

/** A person, and a product or a resource of the product. */
export interface PersonAndObject {
  organizationId: `org_${string}`;
  accountId: `acc_${string}`;
  productId: `prd_${string}`;
  resourceId?: `res_${string}` | undefined;
}

export const holderFor = ({ accountId }: PersonAndObject): GrantHolder => ({ kind: 'account', accountId });
export const objectFor = ({ productId, resourceId }: PersonAndObject): GrantObject =>
  resourceId ? { kind: 'resource', productId, resourceId } : { kind: 'product', productId };

/**
 * The rights of an existing person on an existing product or resource: the direct grants, and the other grants that
 * `decide` uses.
 */
export async function readPersonRights(
  em: EntityManager,
  now: Date,
  { people, products }: ValidationSources['access'],
  target: PersonAndObject,
): Promise<Output<typeof getPersonRights>> {
  const { organizationId, accountId, productId, resourceId } = target;
  const [person, product] = [people.find(accountId), products.product(productId)];
  const targetResource = resourceId && products.resource(resourceId);
  // The person and the object existed when the input was checked. Both may have left the organization since.
  if (!person) throw new DomainError('PERSON_NOT_FOUND');
  if (!product) throw new DomainError('PRODUCT_NOT_FOUND');
  if (targetResource === undefined && resourceId) throw new DomainError('RESOURCE_NOT_FOUND');
  const path = targetResource ? products.pathOf(targetResource) : [];
  const grants = await selectApplicableGrants(em, now, {
    organizationId,
    memberId: person.memberId,
    productId,
    productType: product.type,
    resourceIds: path.map((resource) => resource.resourceId),
  });
  const paths = pathsTo(grants.teams, person, now.getTime());
  const applicableGrants = findHeldGrants({ grants }, { product, path }, person, paths, now.getTime());
  const isDirectGrant = ({ grant }: { grant: Grant }): boolean =>
    grant.holder === person.memberId && grant.object === (resourceId ?? productId);
  return {
    accountId,
    productId,
    resourceId: resourceId ?? null,
    isManager: manages(person),
    rights: applicableGrants
      .filter(isDirectGrant)
      .map(({ grant }) => ({ right: grant.right, grantId: grant.id, endsAt: plannedEndOf(grant) }))
      .sort((one, other) => (one.right < other.right ? -1 : 1)),
    // A grant that reaches the person on several paths (person → team → parent) is one row, with the rights that any of
    // the paths gives.
    others: [
      ...Map.groupBy(
        applicableGrants.filter((heldGrant) => !isDirectGrant(heldGrant)),
        ({ grant }) => grant,
      ),
    ].map(([grant, heldGrants]) => ({
      right: grant.right,
      grantId: grant.id,
      holder: holderOf(grant, people)!,
      object: objectOf(grant, products)!,
      endsAt: plannedEndOf(grant),
      gives: rightsGivenBy(grant.right).filter((right) =>
        heldGrants.some(({ givenRights }) => givenRights.includes(right)),
      ),
    })),
  };
}
