import { grantsOn } from '@cordee/access/decide';
import { holderOf, objectOf, type Grant } from '@cordee/access/grants';
import { manages } from '@cordee/access/people';
import { rightsGivenBy } from '@cordee/access/rights';
import type { Output } from '@cordee/contracts/contract';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import type { getPersonRights } from '@cordee/contracts/teams/person-rights';
import type { EntityManager } from '@mikro-orm/postgresql';
import { endOf } from '../access/describe-sources.ts';
import type { GrantSubject } from './validate-grants.ts';
import { selectReachingGrants } from './select-reaching-grants.ts';

/** A person and the product or resource that is asked about; they are there. */
export interface PersonOnThing {
  organizationId: `org_${string}`;
  accountId: `acc_${string}`;
  productId: `prd_${string}`;
  resourceId?: `res_${string}` | undefined;
}

export const holderFor = ({ accountId }: PersonOnThing): GrantHolder => ({ kind: 'account', accountId });
export const objectFor = ({ productId, resourceId }: PersonOnThing): GrantObject =>
  resourceId ? { kind: 'resource', productId, resourceId } : { kind: 'product', productId };

/** The rights of a person on a thing: what was given to them on exactly this, and what reaches them from elsewhere, by the function that decides. */
export async function readPersonRights(
  em: EntityManager,
  now: Date,
  { people, products }: GrantSubject['access'],
  asked: PersonOnThing,
): Promise<Output<typeof getPersonRights>> {
  const { organizationId, accountId, productId, resourceId } = asked;
  const [person, product] = [people.find(accountId)!, products.product(productId)!];
  const path = resourceId ? products.pathOf(products.resource(resourceId)!) : [];
  const grants = await selectReachingGrants(em, now, {
    organizationId,
    memberId: person.memberId,
    productId,
    type: product.type,
    resourceIds: path.map((resource) => resource.resourceId),
  });
  const ways = grants.teams.pathsTo(person, now.getTime());
  const reaching = grantsOn({ grants }, { product, path }, person, ways, now.getTime());
  const isDirect = ({ grant }: { grant: Grant }): boolean =>
    grant.holder === person.memberId && grant.object === (resourceId ?? productId);
  return {
    accountId,
    productId,
    resourceId: resourceId ?? null,
    isManager: manages(person),
    rights: reaching
      .filter(isDirect)
      .map(({ grant }) => ({ right: grant.right, grantId: grant.id, endsAt: endOf(grant) }))
      .sort((one, other) => (one.right < other.right ? -1 : 1)),
    // A grant that reaches the person in several ways is one row, and gives what any of them lets through.
    others: [
      ...Map.groupBy(
        reaching.filter((held) => !isDirect(held)),
        ({ grant }) => grant,
      ),
    ].map(([grant, held]) => ({
      right: grant.right,
      grantId: grant.id,
      holder: holderOf(grant, people)!,
      object: objectOf(grant, products)!,
      endsAt: endOf(grant),
      gives: rightsGivenBy(grant.right).filter((right) => held.some(({ gives }) => gives.includes(right))),
    })),
  };
}
