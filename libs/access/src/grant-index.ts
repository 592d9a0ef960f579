import type {
  GrantSnapshot,
  GrantHolder,
  GrantObject,
  PackedSnapshotGrants,
  SnapshotHolder,
  SnapshotObject,
} from '@cordee/contracts/teams/grant-snapshot';
import { addNumber, createBitSet, type BitSet } from './bit-set.ts';
import { millisecondsOf } from './instants.ts';
import { HOLDER_BITS, Interner, MAX_HOLDERS, MAX_RIGHTS, NO_GRANTS, type PackedGrants } from './packed-grants.ts';
import type { People } from './people.ts';
import type { Products } from './products.ts';
import { rightsGivenBy } from './included-rights.ts';
import { ORGANIZATION, Teams } from './teams.ts';

type MemberId = `mem_${string}`;
type GrantRow = GrantSnapshot['grants'][number];
type GrantRows = Pick<GrantSnapshot, 'changed' | 'teams' | 'memberships' | 'grants' | 'packedGrants' | 'restrictions'>;

/** Up to this number, the grants on an object are scanned one by one, without an index by holder. */
const LINEAR_SCAN_LIMIT = 16;
/** The first ownership period of a product. Grants on product types use it too, because a product type has no owner. */
const FIRST_OWNERSHIP = 1;

/**
 * `holder` is a member id, a team id or `organization`; `object` a product id, a resource id or the key of a product
 * type.
 */
export interface Grant {
  readonly id: `grt_${string}`;
  readonly holder: string;
  readonly object: string;
  /** The grant applies in this ownership period only. */
  readonly ownershipNumber: number;
  readonly right: string;
  /** In milliseconds since 1970; `NEVER` without an end. */
  readonly endsAt: number;
}

/**
 * A restriction on a resource: it narrows the rights that the holder inherits there to `right` and the rights that
 * `right` includes. Null removes all inherited rights.
 */
export interface Restriction {
  readonly holder: string;
  readonly resourceId: string;
  readonly ownershipNumber: number;
  readonly right: string | null;
  readonly endsAt: number;
}

/** The teams, grants and restrictions of an organization, indexed by holder and by object. */
export class Grants {
  readonly teams = new Teams();
  private readonly byHolder = new Map<string, Grant[]>();
  private readonly byObject = new Map<string, Grant[]>();
  /** The packed grants of each object, computed on first use. */
  private readonly packedByObject = new Map<string, PackedGrants>();
  /** The grants of objects above the scan limit, by holder; computed on first use. */
  private readonly byObjectAndHolder = new Map<string, Map<string, Grant[]>>();
  private readonly restrictions = new Map<string, Restriction[]>();
  private readonly restrictionCountByHolder = new Map<string, number>();
  private readonly internedRights = new Map<string, string>();
  private readonly holderNumbers = new Interner(MAX_HOLDERS);
  private readonly rightNumbers = new Interner(MAX_RIGHTS);
  private grantCount = 0;
  private restrictionCount = 0;

  /**
   * Applies rows of the service teams. First removes the entities with the ids in `changed`, which is null for a page
   * of a complete snapshot. Returns the members whose access may change, or `all`.
   */
  apply({ changed, teams, memberships, grants, packedGrants, restrictions }: GrantRows): Set<MemberId> | 'all' {
    const holders = new Set<string>();
    const members = new Set<MemberId>();
    for (const id of changed ?? []) this.remove(id, holders, members);
    for (const row of teams) this.teams.add(row);
    for (const row of memberships) this.teams.addMembership(row);
    for (const row of grants) this.applyGrant(row, changed !== null, holders);
    if (packedGrants) this.addPacked(packedGrants);
    for (const row of restrictions) this.addRestriction(row);
    if (changed === null) return 'all';
    for (const { teamId } of teams) holders.add(teamId);
    for (const { holder } of restrictions) holders.add(holderKey(holder));
    if (holders.has(ORGANIZATION)) return 'all';
    for (const holder of holders) for (const memberId of this.membersOf(holder)) members.add(memberId);
    return members;
  }

  heldBy(holder: string): readonly Grant[] {
    return this.byHolder.get(holder) ?? EMPTY;
  }

  /** The grants on an object in an ownership period. */
  onObject(object: string, ownershipNumber = FIRST_OWNERSHIP): readonly Grant[] {
    return this.byObject.get(ownedObjectKey(object, ownershipNumber)) ?? EMPTY;
  }

  /**
   * The grants on an object that may belong to the holders. Above the scan limit, the result has the grants of these
   * holders only; otherwise it has all grants on the object.
   */
  onObjectHeldBy(
    object: string,
    holders: ReadonlyMap<string, unknown>,
    ownershipNumber = FIRST_OWNERSHIP,
  ): readonly Grant[] {
    const key = ownedObjectKey(object, ownershipNumber);
    const grantsOnObject = this.byObject.get(key) ?? EMPTY;
    if (grantsOnObject.length <= LINEAR_SCAN_LIMIT) return grantsOnObject;
    let byHolder = this.byObjectAndHolder.get(key);
    if (!byHolder) this.byObjectAndHolder.set(key, (byHolder = Map.groupBy(grantsOnObject, ({ holder }) => holder)));
    return [...holders.keys()].flatMap((holder) => [...(byHolder.get(holder) ?? EMPTY)]);
  }

  packedGrantsOn(object: string, ownershipNumber = FIRST_OWNERSHIP): PackedGrants {
    const key = ownedObjectKey(object, ownershipNumber);
    const cached = this.packedByObject.get(key);
    if (cached) return cached;
    const grants = this.onObject(object, ownershipNumber);
    if (grants.length === 0) return NO_GRANTS;
    const entries = grants.flatMap(({ right, holder, endsAt }) =>
      rightsGivenBy(right).map((includedRight) => ({
        code: (this.rightNumbers.numberOf(includedRight) << HOLDER_BITS) | this.holderNumbers.numberOf(holder),
        endsAt,
      })),
    );
    const packed = { codes: entries.map(({ code }) => code), ends: entries.map(({ endsAt }) => endsAt) };
    this.packedByObject.set(key, packed);
    return packed;
  }

  /** The number of a right in `PackedGrants`; -1 for a right that was never granted. */
  rightNumber(right: string): number {
    return this.rightNumbers.find(right) ?? -1;
  }

  /** The restrictions on a resource in an ownership period. */
  restrictionsOn(resourceId: string, ownershipNumber: number): readonly Restriction[] {
    const restrictions = this.restrictions.get(resourceId);
    return restrictions ? restrictions.filter((restriction) => restriction.ownershipNumber === ownershipNumber) : EMPTY;
  }

  /** The restrictions of the holders. Scans all restrictions, because callers rarely need the result. */
  restrictionsOf(holders: { has(holder: string): boolean }): Restriction[] {
    const hasRestrictedHolder = [...this.restrictionCountByHolder.keys()].some((holder) => holders.has(holder));
    return hasRestrictedHolder
      ? [...this.restrictions.values()].flat().filter(({ holder }) => holders.has(holder))
      : [];
  }

  /** The members to whom grants of the holder can apply; empty for the whole organization. */
  membersOf(holder: string): Iterable<MemberId> {
    return holder.startsWith('mem_') ? [holder as MemberId] : this.teams.membersOf(holder);
  }

  /** The numbers of the holders. */
  numbersOf(holders: Iterable<string>): BitSet {
    const numbers = createBitSet(this.holderNumbers.size);
    for (const holder of holders) {
      const number = this.holderNumbers.find(holder);
      // A holder without grants has no number. The first grant of a holder causes the set to be computed again.
      if (number !== undefined) addNumber(numbers, number);
    }
    return numbers;
  }

  /** The number of grants, restrictions, teams and people with a membership, for the estimate of memory. */
  get size(): number {
    return this.grantCount + this.restrictionCount + this.teams.size;
  }

  private applyGrant(
    { grantId, holder: holderRow, object: objectRow, right, endsAt, hasEnded }: GrantRow,
    mayExist: boolean,
    holders: Set<string>,
  ): void {
    const ownershipNumber = ownershipNumberOf(objectRow);
    const rowHolder = holderKey(holderRow);
    const rowObject = objectKey(objectRow);
    const key = ownedObjectKey(rowObject, ownershipNumber);
    if (mayExist) {
      holders.add(rowHolder);
      this.removeGrant(grantId, rowHolder, key);
    }
    // Both maps are empty while a complete snapshot is loaded.
    if (this.packedByObject.size > 0) this.packedByObject.delete(key);
    if (this.byObjectAndHolder.size > 0) this.byObjectAndHolder.delete(key);
    if (hasEnded) return;
    const heldGrants = this.listHeldBy(rowHolder);
    const grantsOnObject = this.listOnObject(key);
    const grant: Grant = {
      id: grantId,
      // One string per holder and object, because the rows of a page contain thousands of equal strings.
      holder: heldGrants[0]?.holder ?? rowHolder,
      object: grantsOnObject[0]?.object ?? rowObject,
      ownershipNumber,
      right: this.internRight(right),
      endsAt: millisecondsOf(endsAt),
    };
    heldGrants.push(grant);
    grantsOnObject.push(grant);
    this.grantCount += 1;
  }

  /** Adds grants of a complete snapshot. Looks up each holder and object once. */
  private addPacked(page: PackedSnapshotGrants): void {
    this.packedByObject.clear();
    this.byObjectAndHolder.clear();
    const heldGrants = page.holders.map((holder) => this.listHeldBy(holder));
    const grantsOnObjects = page.objects.map((object, index) =>
      this.listOnObject(ownedObjectKey(object, page.ownershipNumbers[index]!)),
    );
    const rights = page.rights.map((right) => this.internRight(right));
    const ends = page.ends.map(millisecondsOf);
    const { positions } = page;
    for (const [index, id] of page.grantIds.entries()) {
      const [holder, object] = [positions[index * 4]!, positions[index * 4 + 1]!];
      const grant: Grant = {
        id,
        holder: page.holders[holder]!,
        object: page.objects[object]!,
        ownershipNumber: page.ownershipNumbers[object]!,
        right: rights[positions[index * 4 + 2]!]!,
        endsAt: ends[positions[index * 4 + 3]!]!,
      };
      heldGrants[holder]!.push(grant);
      grantsOnObjects[object]!.push(grant);
    }
    this.grantCount += page.grantIds.length;
  }

  /** The list of a holder's grants; the caller adds a grant to a new list. */
  private listHeldBy(holder: string): Grant[] {
    let grants = this.byHolder.get(holder);
    if (!grants) {
      // Assigns the number now, because it must exist before a bit set is computed.
      this.holderNumbers.numberOf(holder);
      this.byHolder.set(holder, (grants = []));
    }
    return grants;
  }

  /** The list of the grants on an object; the caller adds a grant to a new list. */
  private listOnObject(key: string): Grant[] {
    let grants = this.byObject.get(key);
    if (!grants) this.byObject.set(key, (grants = []));
    return grants;
  }

  /** Returns the same string for equal rights. Assigns the numbers of a new right. */
  private internRight(right: string): string {
    const internedRight = this.internedRights.get(right);
    if (internedRight !== undefined) return internedRight;
    for (const includedRight of rightsGivenBy(right)) this.rightNumbers.numberOf(includedRight);
    this.internedRights.set(right, right);
    return right;
  }

  private removeGrant(id: string, holder: string, key: string): void {
    if (!removeGrantFrom(this.byHolder, holder, id)) return;
    removeGrantFrom(this.byObject, key, id);
    this.grantCount -= 1;
  }

  private addRestriction(row: GrantSnapshot['restrictions'][number]): void {
    const restriction: Restriction = {
      holder: holderKey(row.holder),
      resourceId: row.resourceId,
      ownershipNumber: row.ownershipNumber,
      right: row.right,
      endsAt: millisecondsOf(row.endsAt),
    };
    const restrictions = this.restrictions.get(restriction.resourceId);
    if (restrictions) restrictions.push(restriction);
    else this.restrictions.set(restriction.resourceId, [restriction]);
    this.restrictionCount += 1;
    this.restrictionCountByHolder.set(
      restriction.holder,
      (this.restrictionCountByHolder.get(restriction.holder) ?? 0) + 1,
    );
  }

  /**
   * Removes a team with its memberships, or the restrictions on a resource. Never removes a grant: a changed or ended
   * grant arrives as a row.
   */
  private remove(id: string, holders: Set<string>, members: Set<MemberId>): void {
    for (const memberId of this.teams.remove(id)) members.add(memberId);
    const restrictions = this.restrictions.get(id) ?? EMPTY;
    for (const { holder } of restrictions) {
      holders.add(holder);
      const remainingCount = this.restrictionCountByHolder.get(holder)! - 1;
      if (remainingCount > 0) this.restrictionCountByHolder.set(holder, remainingCount);
      else this.restrictionCountByHolder.delete(holder);
    }
    this.restrictionCount -= restrictions.length;
    this.restrictions.delete(id);
  }
}

const EMPTY: readonly never[] = [];

/** The map key of an object in an ownership period. In the first ownership period, the key is the object itself. */
const ownedObjectKey = (object: string, ownershipNumber: number): string =>
  ownershipNumber === FIRST_OWNERSHIP ? object : `${object} ${ownershipNumber}`;

export function holderKey(holder: SnapshotHolder): string {
  if (holder.kind === 'account') return holder.memberId;
  return holder.kind === 'team' ? holder.teamId : ORGANIZATION;
}

/** The id of a product or resource, or the key of a product type. An id never equals the key of a product type. */
function objectKey(object: SnapshotObject): string {
  if (object.kind === 'product') return object.productId;
  return object.kind === 'resource' ? object.resourceId : object.type;
}

const ownershipNumberOf = (object: SnapshotObject): number =>
  object.kind === 'product_type' ? FIRST_OWNERSHIP : object.ownershipNumber;

/** The holder in the form of the contracts; undefined for a person who has left. */
export function holderOf({ holder }: Pick<Grant, 'holder'>, people: People): GrantHolder | undefined {
  if (holder === ORGANIZATION) return { kind: 'organization' };
  if (holder.startsWith('team_')) return { kind: 'team', teamId: holder as `team_${string}` };
  const person = people.member(holder);
  return person && { kind: 'account', accountId: person.accountId };
}

/** The object in the form of the contracts; undefined for a resource that does not exist any more. */
export function objectOf({ object }: Pick<Grant, 'object'>, products: Products): GrantObject | undefined {
  if (object.startsWith('prd_')) return { kind: 'product', productId: object as `prd_${string}` };
  if (!object.startsWith('res_')) return { kind: 'product_type', type: object };
  const resource = products.resource(object);
  return resource && { kind: 'resource', productId: resource.productId, resourceId: resource.resourceId };
}

function removeGrantFrom(map: Map<string, Grant[]>, key: string, id: string): boolean {
  const grants = map.get(key);
  const index = grants?.findIndex((grant) => grant.id === id) ?? -1;
  if (index < 0) return false;
  grants!.splice(index, 1);
  if (grants!.length === 0) map.delete(key);
  return true;
}
