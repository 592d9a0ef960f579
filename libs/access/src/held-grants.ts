import type { AccessSnapshot, Target } from './access-snapshot.ts';
import type { Grant, Restriction } from './grant-index.ts';
import { forEachHolder, type GrantPath } from './grant-paths.ts';
import { rightsGivenBy } from './included-rights.ts';
import type { Person } from './people.ts';

/** A grant that applies to a person on a target. */
export interface HeldGrant {
  grant: Grant;
  /** The teams from the team of the person up to the holder of the grant. */
  teams: GrantPath;
  /**
   * The rights that the grant gives on the target: its right and the rights that this right includes, without the
   * rights that a restriction removes.
   */
  givenRights: readonly string[];
}

/** True when a restriction removes rights of the grant. */
export const isNarrowed = ({ grant, givenRights }: Pick<HeldGrant, 'grant' | 'givenRights'>): boolean =>
  givenRights.length < rightsGivenBy(grant.right).length;

/**
 * Returns every grant that applies to the person on the target at the instant: grants on the target, on its parents, on
 * the product and on the product type. A grant is narrowed by the restrictions on the target and on the resources
 * between the target and the object of the grant. A restriction narrows a grant when the holder of the restriction is
 * the person, the holder of the grant or a team between them. The rights that remain are those that the right of the
 * restriction includes. Each restriction only removes rights, so the restrictions can be applied in any order.
 */
export function findHeldGrants(
  snapshot: Pick<AccessSnapshot, 'grants'>,
  target: Target,
  { memberId }: Person,
  paths: ReadonlyMap<string, readonly GrantPath[]>,
  at: number,
): HeldGrant[] {
  const heldGrants: HeldGrant[] = [];
  forEachObject(snapshot, target, at, (object, ownershipNumber, restrictionsBelow) => {
    for (const grant of snapshot.grants.onObjectHeldBy(object, paths, ownershipNumber)) {
      // The holder can have several paths from the person; an ended grant gives nothing.
      for (const teams of (grant.endsAt > at ? paths.get(grant.holder) : undefined) ?? [])
        heldGrants.push({ grant, teams, givenRights: remainingRights(grant, teams, memberId, restrictionsBelow) });
    }
  });
  return heldGrants;
}

/** Returns the grants that give or include the right on the target, by the people to whom they apply. */
export function findMatchingGrants(
  snapshot: AccessSnapshot,
  target: Target,
  right: string,
  at: number,
): Map<Person, HeldGrant[]> {
  const grantsByPerson = new Map<Person, HeldGrant[]>();
  forEachObject(snapshot, target, at, (object, ownershipNumber, restrictionsBelow) => {
    for (const grant of snapshot.grants.onObject(object, ownershipNumber)) {
      const allRights = rightsGivenBy(grant.right);
      if (grant.endsAt <= at || !allRights.includes(right)) continue;
      forEachHolder(snapshot, grant.holder, at, (person, teams) => {
        const givenRights =
          restrictionsBelow.length === 0
            ? allRights
            : remainingRights(grant, teams, person.memberId, restrictionsBelow);
        const matchingGrants = grantsByPerson.get(person);
        if (matchingGrants) matchingGrants.push({ grant, teams, givenRights });
        else grantsByPerson.set(person, [{ grant, teams, givenRights }]);
      });
    }
  });
  return grantsByPerson;
}

/**
 * Calls `visit` for each object whose grants apply to the target: the resources of the path, the product and the
 * product type. `restrictionsBelow` are the restrictions that narrow the grants on the object.
 */
function forEachObject(
  { grants }: Pick<AccessSnapshot, 'grants'>,
  { product, path }: Target,
  at: number,
  visit: (object: string, ownershipNumber: number | undefined, restrictionsBelow: readonly Restriction[]) => void,
): void {
  let restrictionsBelow: readonly Restriction[] = [];
  for (const { resourceId } of path) {
    // The restrictions on a resource narrow inherited grants only. They do not narrow the grants on this resource.
    visit(resourceId, product.ownershipNumber, restrictionsBelow);
    const restrictions = grants.restrictionsOn(resourceId, product.ownershipNumber);
    if (restrictions.length > 0)
      restrictionsBelow = [...restrictionsBelow, ...restrictions.filter(({ endsAt }) => endsAt > at)];
  }
  visit(product.productId, product.ownershipNumber, restrictionsBelow);
  // A product type has no ownership period.
  visit(product.type, undefined, restrictionsBelow);
}

/** The rights that a grant gives a member after the restrictions. */
function remainingRights(
  grant: Grant,
  teams: GrantPath,
  memberId: string,
  restrictions: readonly Restriction[],
): readonly string[] {
  let rights = rightsGivenBy(grant.right);
  for (const { holder, right } of restrictions)
    if (isOnGrantPath(holder, grant, teams, memberId))
      rights = rights.filter((includedRight) => isRightWithin(includedRight, right));
  return rights;
}

/** True when the holder of a restriction is the member, the holder of the grant or a team between them. */
const isOnGrantPath = (holder: string, grant: Grant, teams: GrantPath, memberId: string): boolean =>
  holder === memberId || holder === grant.holder || (teams as readonly string[]).includes(holder);

const isRightWithin = (right: string, limit: string | null): boolean =>
  limit !== null && rightsGivenBy(limit).includes(right);
