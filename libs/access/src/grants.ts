import type {
  GrantSnapshot,
  GrantHolder,
  GrantObject,
  SnapshotHolder,
  SnapshotObject,
} from '@cordee/contracts/teams/grant-snapshot';
import { millisecondsOf } from './instants.ts';
import { HOLDER_BITS, MAX_HOLDERS, MAX_RIGHTS, NOTHING, Numbers, type Given } from './packed-grants.ts';
import type { People } from './people.ts';
import type { Products } from './products.ts';
import { rightsGivenBy } from './rights.ts';
import { ORGANIZATION, Teams } from './teams.ts';

type MemberId = `mem_${string}`;
type Row = GrantSnapshot['grants'][number];

/** Grants on one thing that are gone through one by one. */
const MANY = 16;
/** The possession of what an organization never gave away; of product types, which are everybody's, too. */
const FIRST = 1;

/** A right that was given. `holder` is a member, a team or `organization`; `object` a product, a resource or the key of a product type. */
export interface Grant {
  readonly id: `grt_${string}`;
  readonly holder: string;
  readonly object: string;
  /** Which possession of the product it was given in: it counts in that one alone. */
  readonly ownershipNumber: number;
  readonly right: string;
  readonly endsAt: number;
}

/** An override: on the resource, what its holder inherits is reduced to what is in `right` too; to nothing for null. */
export interface Restriction {
  readonly holder: string;
  readonly resourceId: string;
  readonly ownershipNumber: number;
  readonly right: string | null;
  readonly endsAt: number;
}

/** Teams with their people, grants and restrictions of an organization, by who holds them and by what they are on. */
export class Grants {
  readonly teams = new Teams();
  private readonly byHolder = new Map<string, Grant[]>();
  private readonly byPlace = new Map<string, Grant[]>();
  /** Made when first asked for. */
  private readonly packed = new Map<string, Given>();
  /** The grants of places with many, by holder; made when first asked for. */
  private readonly grouped = new Map<string, Map<string, Grant[]>>();
  private readonly restrictions = new Map<string, Restriction[]>();
  private readonly restrictionHolders = new Map<string, number>();
  /** One copy of each id: the rows of a page bring thousands of equal strings. */
  private readonly texts = new Map<string, string>();
  private readonly holderNumbers = new Numbers(MAX_HOLDERS);
  private readonly rightNumbers = new Numbers(MAX_RIGHTS);
  private grantCount = 0;
  private restrictionCount = 0;

  /** Takes rows; `changed` is what is forgotten before, null when these are all there are. The members concerned, `all` when it is not worth naming them. */
  take({
    changed,
    teams,
    memberships,
    grants,
    restrictions,
  }: Pick<GrantSnapshot, 'changed' | 'teams' | 'memberships' | 'grants' | 'restrictions'>): Set<MemberId> | 'all' {
    const holders = new Set<string>();
    const members = new Set<MemberId>();
    for (const id of changed ?? []) this.forget(id, holders, members);
    for (const row of teams) this.teams.add(row);
    for (const row of memberships) this.teams.addMembership(row);
    for (const row of grants) this.takeGrant(row, changed !== null, holders);
    for (const row of restrictions) this.addRestriction(row);
    if (changed === null) return 'all';
    for (const { teamId } of teams) holders.add(teamId);
    for (const { holder } of restrictions) holders.add(holderKey(holder));
    if (holders.has(ORGANIZATION)) return 'all';
    for (const holder of holders) for (const memberId of this.membersOf(holder)) members.add(memberId);
    return members;
  }

  heldBy(holder: string): readonly Grant[] {
    return this.byHolder.get(holder) ?? NONE;
  }

  /** What is given on a thing in a possession of its product. */
  on(object: string, ownershipNumber = FIRST): readonly Grant[] {
    return this.byPlace.get(placeKey(object, ownershipNumber)) ?? NONE;
  }

  /** What on a thing may be held by one of the holders: where it is much, only theirs. */
  onFor(object: string, holders: ReadonlyMap<string, unknown>, ownershipNumber = FIRST): readonly Grant[] {
    const place = placeKey(object, ownershipNumber);
    const all = this.byPlace.get(place) ?? NONE;
    if (all.length <= MANY) return all;
    let grouped = this.grouped.get(place);
    if (!grouped) this.grouped.set(place, (grouped = Map.groupBy(all, ({ holder }) => holder)));
    return [...holders.keys()].flatMap((holder) => [...(grouped.get(holder) ?? NONE)]);
  }

  /** What is given on a thing, packed. */
  givenOn(object: string, ownershipNumber = FIRST): Given {
    const place = placeKey(object, ownershipNumber);
    const known = this.packed.get(place);
    if (known) return known;
    const grants = this.on(object, ownershipNumber);
    if (grants.length === 0) return NOTHING;
    const flat = grants.flatMap(({ right, holder, endsAt }) =>
      rightsGivenBy(right).map((given) => ({
        code: (this.rightNumbers.of(given) << HOLDER_BITS) | this.holderNumbers.of(holder),
        endsAt,
      })),
    );
    const given = { codes: flat.map(({ code }) => code), ends: flat.map(({ endsAt }) => endsAt) };
    this.packed.set(place, given);
    return given;
  }

  /** The number of a right in `Given`; one that no right has where it was never given. */
  rightNumber(right: string): number {
    return this.rightNumbers.find(right) ?? -1;
  }

  /** The restrictions on a resource in a possession of its product. */
  restrictionsOn(resourceId: string, ownershipNumber: number): readonly Restriction[] {
    const known = this.restrictions.get(resourceId);
    return known ? known.filter((restriction) => restriction.ownershipNumber === ownershipNumber) : NONE;
  }

  /** The restrictions of the holders. Asked for rarely, so it looks at all restrictions. */
  restrictedFor(holders: { has(holder: string): boolean }): Restriction[] {
    const concerns = [...this.restrictionHolders.keys()].some((holder) => holders.has(holder));
    return concerns ? [...this.restrictions.values()].flat().filter(({ holder }) => holders.has(holder)) : [];
  }

  /** The members whom something given to the holder can reach; for the whole organization nobody is named. */
  membersOf(holder: string): Iterable<MemberId> {
    return holder.startsWith('mem_') ? [holder as MemberId] : this.teams.membersOf(holder);
  }

  /** The numbers of holders as a set of bits: whether a person is reached by one of them is one look into it. */
  bitsOf(holders: Iterable<string>): Uint32Array {
    const bits = new Uint32Array((this.holderNumbers.size >> 5) + 1);
    for (const holder of holders) {
      const number = this.holderNumbers.find(holder);
      // Who holds nothing has none; once they are given something, this is worked out anew.
      if (number !== undefined) bits[number >> 5]! |= 1 << (number & 31);
    }
    return bits;
  }

  get size(): number {
    return this.grantCount + this.restrictionCount + this.teams.size;
  }

  private takeGrant(
    { grantId, holder: held, object: on, right, endsAt, hasEnded }: Row,
    mayBeKnown: boolean,
    holders: Set<string>,
  ): void {
    const holder = this.text(holderKey(held));
    const object = this.text(objectKey(on));
    const ownershipNumber = ownershipNumberOf(on);
    const place = placeKey(object, ownershipNumber);
    holders.add(holder);
    this.packed.delete(place);
    this.grouped.delete(place);
    if (mayBeKnown) this.removeGrant(grantId, holder, place);
    if (hasEnded) return;
    // Before anybody asks for them.
    this.holderNumbers.of(holder);
    for (const given of rightsGivenBy(right)) this.rightNumbers.of(given);
    const grant: Grant = {
      id: grantId,
      holder,
      object,
      ownershipNumber,
      right: this.text(right),
      endsAt: millisecondsOf(endsAt),
    };
    add(this.byHolder, holder, grant);
    add(this.byPlace, place, grant);
    this.grantCount += 1;
  }

  private removeGrant(id: string, holder: string, place: string): void {
    if (!remove(this.byHolder, holder, id)) return;
    remove(this.byPlace, place, id);
    this.grantCount -= 1;
  }

  private addRestriction(row: GrantSnapshot['restrictions'][number]): void {
    const restriction: Restriction = {
      holder: this.text(holderKey(row.holder)),
      resourceId: this.text(row.resourceId),
      ownershipNumber: row.ownershipNumber,
      right: row.right === null ? null : this.text(row.right),
      endsAt: millisecondsOf(row.endsAt),
    };
    const known = this.restrictions.get(restriction.resourceId);
    if (known) known.push(restriction);
    else this.restrictions.set(restriction.resourceId, [restriction]);
    this.restrictionCount += 1;
    this.restrictionHolders.set(restriction.holder, (this.restrictionHolders.get(restriction.holder) ?? 0) + 1);
  }

  /** Forgets a team with its people, or what is restricted on a resource. Changed grants come as rows, ended ones too. */
  private forget(id: string, holders: Set<string>, members: Set<MemberId>): void {
    for (const memberId of this.teams.forget(id)) members.add(memberId);
    const restrictions = this.restrictions.get(id) ?? NONE;
    for (const { holder } of restrictions) {
      holders.add(holder);
      const left = this.restrictionHolders.get(holder)! - 1;
      if (left > 0) this.restrictionHolders.set(holder, left);
      else this.restrictionHolders.delete(holder);
    }
    this.restrictionCount -= restrictions.length;
    this.restrictions.delete(id);
  }

  private text(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    this.texts.set(text, text);
    return text;
  }
}

const NONE: readonly never[] = [];

/** A thing in a possession, as one word: the thing itself as long as it never left. */
const placeKey = (object: string, ownershipNumber: number): string =>
  ownershipNumber === FIRST ? object : `${object} ${ownershipNumber}`;

/** The holder of a grant as one word. */
export function holderKey(holder: SnapshotHolder): string {
  if (holder.kind === 'account') return holder.memberId;
  return holder.kind === 'team' ? holder.teamId : ORGANIZATION;
}

/** What a grant is on as one word; ids and keys of product types never look alike. */
function objectKey(object: SnapshotObject): string {
  if (object.kind === 'product') return object.productId;
  return object.kind === 'resource' ? object.resourceId : object.type;
}

const ownershipNumberOf = (object: SnapshotObject): number =>
  object.kind === 'product_type' ? FIRST : object.ownershipNumber;

/** The holder of a grant as contracts say it; undefined for somebody who has left. */
export function holderOf({ holder }: Pick<Grant, 'holder'>, people: People): GrantHolder | undefined {
  if (holder === ORGANIZATION) return { kind: 'organization' };
  if (holder.startsWith('team_')) return { kind: 'team', teamId: holder as `team_${string}` };
  const person = people.member(holder);
  return person && { kind: 'account', accountId: person.accountId };
}

/** What a grant is on as contracts say it; undefined for a resource that is not there (any more). */
export function objectOf({ object }: Pick<Grant, 'object'>, products: Products): GrantObject | undefined {
  if (object.startsWith('prd_')) return { kind: 'product', productId: object as `prd_${string}` };
  if (!object.startsWith('res_')) return { kind: 'product_type', type: object };
  const resource = products.resource(object);
  return resource && { kind: 'resource', productId: resource.productId, resourceId: resource.resourceId };
}

function add(index: Map<string, Grant[]>, key: string, grant: Grant): void {
  const grants = index.get(key);
  if (grants) grants.push(grant);
  else index.set(key, [grant]);
}

function remove(index: Map<string, Grant[]>, key: string, id: string): boolean {
  const grants = index.get(key);
  const place = grants?.findIndex((grant) => grant.id === id) ?? -1;
  if (place < 0) return false;
  grants!.splice(place, 1);
  if (grants!.length === 0) index.delete(key);
  return true;
}
