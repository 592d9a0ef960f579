import type { GrantFacts, GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-facts';
import { HOLDER_BITS, MAX_HOLDERS, MAX_RIGHTS, NOTHING, Numbers, type Given } from './packed-grants.ts';
import { drop, put, type Products } from './products.ts';
import { rightsGivenBy } from './rights.ts';

type TeamId = `team_${string}`;
type AccountId = `acc_${string}`;
type Row = GrantFacts['grants'][number];

/** The holder of what is given to the whole organization. */
export const ORGANIZATION = 'organization';
/** When something ends that has no end. */
const NEVER = Number.POSITIVE_INFINITY;
/** Deeper than teams are ever nested; what would be a circle ends here. */
const MAX_DEPTH = 20;

/** A right that was given. `holder` is an account, a team or `organization`; `object` a product, a resource or the key of a product type. */
export interface Grant {
  readonly id: `grt_${string}`;
  readonly holder: string;
  readonly object: string;
  readonly right: string;
  readonly endsAt: number;
}

/** A place where nothing is inherited by way of its holder. */
export interface Restriction {
  readonly holder: string;
  readonly resourceId: string;
  readonly endsAt: number;
}

interface Membership {
  readonly teamId: TeamId;
  readonly accountId: AccountId;
  readonly endsAt: number;
}

interface Team extends Omit<GrantFacts['teams'][number], 'parentEndsAt'> {
  readonly parentEndsAt: number;
  readonly members: Membership[];
}

/** How something given to a holder reaches a person: the teams from the one they are in up to the holder; none when it is given to them or to all. */
export type Way = readonly TeamId[];

/** Teams with their people, grants and restrictions of an organization, by who holds them and by what they are on. */
export class Grants {
  private readonly teams = new Map<string, Team>();
  private readonly children = new Map<string, Set<string>>();
  private readonly memberships = new Map<string, Set<Membership>>();
  private readonly byHolder = new Map<string, Grant[]>();
  private readonly byObject = new Map<string, Grant[]>();
  /** Made when first asked for. */
  private readonly packed = new Map<string, Given>();
  private readonly restrictions = new Map<string, Restriction[]>();
  private readonly restrictionHolders = new Map<string, number>();
  /** One copy of each id: the rows of a page bring thousands of equal strings. */
  private readonly texts = new Map<string, string>();
  private readonly holderNumbers = new Numbers(MAX_HOLDERS);
  private readonly rightNumbers = new Numbers(MAX_RIGHTS);
  private grantCount = 0;
  private restrictionCount = 0;

  /** Takes rows; `changed` is what is forgotten before, null when these are all there are. Who is concerned, `all` when it is not worth naming them. */
  take({ changed, teams, memberships, grants, restrictions }: Pick<GrantFacts, 'changed' | 'teams' | 'memberships' | 'grants' | 'restrictions'>): Set<AccountId> | 'all' {
    const holders = new Set<string>();
    const people = new Set<AccountId>();
    for (const id of changed ?? []) this.forget(id, holders, people);
    for (const row of teams) this.addTeam(row);
    for (const row of memberships) this.addMembership(row);
    for (const row of grants) this.takeGrant(row, changed !== null, holders);
    for (const row of restrictions) this.addRestriction({ holder: this.text(holderKey(row.holder)), resourceId: this.text(row.resourceId), endsAt: instant(row.endsAt) });
    if (changed === null) return 'all';
    for (const { teamId } of teams) holders.add(teamId);
    for (const { holder } of restrictions) holders.add(holderKey(holder));
    if (holders.has(ORGANIZATION)) return 'all';
    for (const holder of holders) for (const accountId of this.peopleOf(holder)) people.add(accountId);
    return people;
  }

  /**
   * Every holder whose grants reach a person at the instant, with the ways in which they do: the person, their teams with what these stand in
   * (TEAM-5: members of the child get the parent's grants), and the whole organization, which externals are no part of (PROD-3). `ends` hears of
   * every instant at which one of them ends or has ended.
   */
  waysTo(accountId: string, isExternal: boolean, at: number, ends: (instant: number) => void = ignore): Map<string, Way[]> {
    const ways = new Map<string, Way[]>([[accountId, [[]]]]);
    if (!isExternal) ways.set(ORGANIZATION, [[]]);
    for (const membership of this.memberships.get(accountId) ?? []) {
      ends(membership.endsAt);
      if (membership.endsAt <= at) continue;
      const path: TeamId[] = [];
      for (let team = this.teams.get(membership.teamId); team && !path.includes(team.teamId); ) {
        if (team.isMembersOnly && isExternal) break;
        path.push(team.teamId);
        const known = ways.get(team.teamId);
        if (known) known.push([...path]);
        else ways.set(team.teamId, [[...path]]);
        ends(team.parentEndsAt);
        if (team.parentEndsAt <= at) break;
        team = team.parentId ? this.teams.get(team.parentId) : undefined;
      }
    }
    return ways;
  }

  /** Until when a way reaches the person: until they leave the first team, or one of them leaves the next. */
  endOf(accountId: string, way: Way): number {
    if (way.length === 0) return NEVER;
    const places = [...(this.memberships.get(accountId) ?? [])].filter(({ teamId }) => teamId === way[0]).map(({ endsAt }) => endsAt);
    return Math.min(Math.max(...places), ...way.slice(0, -1).map((teamId) => this.teams.get(teamId)?.parentEndsAt ?? NEVER));
  }

  heldBy(holder: string): readonly Grant[] {
    return this.byHolder.get(holder) ?? NONE;
  }

  on(object: string): readonly Grant[] {
    return this.byObject.get(object) ?? NONE;
  }

  /** What is given on an object, packed. */
  givenOn(object: string): Given {
    const known = this.packed.get(object);
    if (known) return known;
    const grants = this.on(object);
    if (grants.length === 0) return NOTHING;
    const flat = grants.flatMap(({ right, holder, endsAt }) => rightsGivenBy(right).map((given) => ({ code: (this.rightNumbers.of(given) << HOLDER_BITS) | this.holderNumbers.of(holder), endsAt })));
    const given = { codes: flat.map(({ code }) => code), ends: flat.map(({ endsAt }) => endsAt) };
    this.packed.set(object, given);
    return given;
  }

  /** The number of a right in `Given`; one that no right has where it was never given. */
  rightNumber(right: string): number {
    return this.rightNumbers.find(right) ?? -1;
  }

  /** The rights by their numbers in `Given`. */
  rights(): string[] {
    return this.rightNumbers.words();
  }

  restrictionsOn(resourceId: string): readonly Restriction[] {
    return this.restrictions.get(resourceId) ?? NONE;
  }

  /** Places where nothing is inherited by way of one of the holders; asked for rarely, so it looks at all of them. */
  restrictedFor(holders: { has(holder: string): boolean }): Restriction[] {
    const concerns = [...this.restrictionHolders.keys()].some((holder) => holders.has(holder));
    return concerns ? [...this.restrictions.values()].flat().filter(({ holder }) => holders.has(holder)) : [];
  }

  /** The people whom something given to the holder can reach; for the whole organization nobody is named. */
  *peopleOf(holder: string, depth = 0): Iterable<AccountId> {
    const team = this.teams.get(holder);
    if (!team) {
      if (holder.startsWith('acc_')) yield holder as AccountId;
      return;
    }
    for (const { accountId } of team.members) yield accountId;
    if (depth < MAX_DEPTH) for (const child of this.children.get(holder) ?? []) yield* this.peopleOf(child, depth + 1);
  }

  team(teamId: string): { readonly teamId: TeamId; readonly name: string; readonly parentId: TeamId | null } | undefined {
    return this.teams.get(teamId);
  }

  /** The team and what it stands in at the instant, from inside out. */
  pathOf(teamId: string, at: number): readonly { readonly teamId: TeamId; readonly name: string }[] {
    const path: Team[] = [];
    for (let team = this.teams.get(teamId); team && !path.includes(team); ) {
      path.push(team);
      team = team.parentId && team.parentEndsAt > at ? this.teams.get(team.parentId) : undefined;
    }
    return path;
  }

  /** The teams that the person is in at the instant, their parents left out. */
  teamsOf(accountId: string, at: number): Set<TeamId> {
    return new Set([...(this.memberships.get(accountId) ?? [])].filter(({ endsAt }) => endsAt > at).map(({ teamId }) => teamId));
  }

  get size(): number {
    return this.grantCount + this.restrictionCount + this.teams.size + this.memberships.size;
  }

  private addTeam(row: GrantFacts['teams'][number]): void {
    this.teams.set(row.teamId, { ...row, parentEndsAt: instant(row.parentEndsAt), members: this.teams.get(row.teamId)?.members ?? [] });
    if (row.parentId) put(this.children, row.parentId, row.teamId);
  }

  private addMembership({ teamId, accountId, endsAt }: GrantFacts['memberships'][number]): void {
    const team = this.teams.get(teamId);
    if (!team) return;
    const membership = { teamId: team.teamId, accountId: this.text(accountId), endsAt: instant(endsAt) };
    team.members.push(membership);
    put(this.memberships, membership.accountId, membership);
  }

  private takeGrant({ grantId, holder: held, object: on, right, endsAt, hasEnded }: Row, mayBeKnown: boolean, holders: Set<string>): void {
    const holder = this.text(holderKey(held));
    const object = this.text(objectKey(on));
    holders.add(holder);
    this.packed.delete(object);
    if (mayBeKnown) this.removeGrant(grantId, holder, object);
    if (hasEnded) return;
    // Before anybody asks for them.
    this.holderNumbers.of(holder);
    for (const given of rightsGivenBy(right)) this.rightNumbers.of(given);
    const grant: Grant = { id: grantId, holder, object, right: this.text(right), endsAt: instant(endsAt) };
    add(this.byHolder, holder, grant);
    add(this.byObject, object, grant);
    this.grantCount += 1;
  }

  private removeGrant(id: string, holder: string, object: string): void {
    if (!remove(this.byHolder, holder, id)) return;
    remove(this.byObject, object, id);
    this.grantCount -= 1;
  }

  private addRestriction(restriction: Restriction): void {
    const known = this.restrictions.get(restriction.resourceId);
    if (known) known.push(restriction);
    else this.restrictions.set(restriction.resourceId, [restriction]);
    this.restrictionCount += 1;
    this.restrictionHolders.set(restriction.holder, (this.restrictionHolders.get(restriction.holder) ?? 0) + 1);
  }

  /** Forgets a team with its people, or what is restricted on a resource. Changed grants come as rows, ended ones too. */
  private forget(id: string, holders: Set<string>, people: Set<AccountId>): void {
    const team = this.teams.get(id);
    if (team) {
      for (const accountId of this.peopleOf(id)) people.add(accountId);
      for (const membership of team.members) drop(this.memberships, membership.accountId, membership);
      if (team.parentId) drop(this.children, team.parentId, id);
      this.teams.delete(id);
    }
    for (const { holder } of this.restrictionsOn(id)) {
      holders.add(holder);
      const left = this.restrictionHolders.get(holder)! - 1;
      if (left > 0) this.restrictionHolders.set(holder, left);
      else this.restrictionHolders.delete(holder);
    }
    this.restrictionCount -= this.restrictionsOn(id).length;
    this.restrictions.delete(id);
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

  private text<T extends string>(text: T): T {
    const known = this.texts.get(text);
    if (known !== undefined) return known as T;
    this.texts.set(text, text);
    return text;
  }
}

const NONE: readonly never[] = [];
const ignore = (): void => undefined;
const instant = (at: string | null): number => (at === null ? NEVER : Date.parse(at));

/** The holder of a grant as contracts say it. */
export function holderOf({ holder }: Grant): GrantHolder {
  if (holder === ORGANIZATION) return { kind: 'organization' };
  return holder.startsWith('team_') ? { kind: 'team', teamId: holder as TeamId } : { kind: 'account', accountId: holder as AccountId };
}

/** What a grant is on as contracts say it; undefined for a resource that is not there (any more). */
export function objectOf({ object }: Grant, products: Products): GrantObject | undefined {
  if (object.startsWith('prd_')) return { kind: 'product', productId: object as `prd_${string}` };
  if (!object.startsWith('res_')) return { kind: 'product_type', type: object };
  const resource = products.resource(object);
  return resource && { kind: 'resource', productId: resource.productId, resourceId: resource.resourceId };
}

/** The holder of a grant as one word. */
export function holderKey(holder: GrantHolder): string {
  if (holder.kind === 'account') return holder.accountId;
  return holder.kind === 'team' ? holder.teamId : ORGANIZATION;
}

/** What a grant is on as one word; ids and keys of product types never look alike. */
export function objectKey(object: GrantObject): string {
  if (object.kind === 'product') return object.productId;
  return object.kind === 'resource' ? object.resourceId : object.type;
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
