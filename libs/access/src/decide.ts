import type { Output } from '@cordee/contracts/contract';
import type { Role } from '@cordee/contracts/permissions';
import type { explainAccess } from '@cordee/contracts/teams/access';
import type { Grant, Grants, Restriction } from './grants.ts';
import { manages, stopOf, type People, type Person, type SupportEntry } from './people.ts';
import type { Product, Products, Resource } from './products.ts';
import { isContentRight, isLookingRight, isNeverForExternals, rightsGivenBy } from './rights.ts';
import { isRightInScope, type Scopes } from './scopes.ts';
import type { Way } from './teams.ts';
import type { TypeRights } from './type-rights.ts';

type AccountId = `acc_${string}`;

/** Everything a decision about an organization is made from, as its three owners tell it. */
export interface AccessSnapshot {
  readonly people: People;
  readonly grants: Grants;
  readonly products: Products;
  readonly typeRights: TypeRights;
}

/** May this person do this to this thing? */
export interface Question {
  accountId: AccountId;
  right: string;
  productId: `prd_${string}`;
  resourceId?: `res_${string}` | undefined;
  at: Date;
  /** Of whoever asks for themself with an API token. */
  scopes?: Scopes | undefined;
}

/** One way in which somebody has a right. */
export type Chain =
  | { via: 'role'; role: Role }
  | { via: 'owner' }
  | ({ via: 'grant' } & HeldGrant)
  | { via: 'support'; supportAccessId: `sup_${string}`; endsAt: string };

/** Why not, in the words of the contract. */
export type Refusal = NonNullable<Output<typeof explainAccess>['refusal']>;

export interface Decision {
  allowed: boolean;
  /** Every chain that gives the right; empty when it is refused. */
  chains: Chain[];
  /** Why not; null when it is allowed. */
  refusal: Refusal | null;
  /** As an external who may change what is in a folder, the person deletes only what is theirs (PROD-2, C-TEAM-11). */
  isOwnFilesOnly: boolean;
}

/** What is asked about: a product, and what lies in it from inside out; no resource when it is the product as a whole. */
export interface Thing {
  product: Product;
  path: readonly Resource[];
}

/**
 * Decides access to products and what is in them, and explains it (ACC-1, ACC-2): effective rights are role ∪
 * ownership of content ∪ direct grants ∪ team grants with parents ∪ whole-organization shares ∪ support access, then
 * the caps. A role and a support access give only rights that the product type has; a grant proves that its right
 * exists. `known` are the ways to the person at the instant, where they have been worked out before.
 */
export function decide(
  facts: AccessSnapshot,
  question: Question,
  known?: ReadonlyMap<string, readonly Way[]>,
): Decision {
  const decision = decideWithSupport(facts, question, known);
  // The last of the caps: whoever reads this refusal has the right, and another token would do.
  return decision.allowed && !isRightInScope(question.scopes, question.right)
    ? refuse('token_scope_missing')
    : decision;
}

/** What somebody has who belongs to the organization, was let in by it, or both. */
function decideWithSupport(
  facts: AccessSnapshot,
  question: Question,
  known: ReadonlyMap<string, readonly Way[]> | undefined,
): Decision {
  const decision = decideForPerson(facts, question, known);
  const support = supportOn(facts, question);
  if (support.length === 0) return decision;
  const product = facts.products.product(question.productId)!;
  if (!facts.typeRights.of(product.type).has(question.right))
    return decision.allowed ? decision : refuse('right_unknown');
  if (product.isBlocked) return decision.allowed ? decision : refuse('product_blocked');
  const chains = [
    ...decision.chains,
    ...support.map(({ supportAccessId, endsAt }) => ({ via: 'support' as const, supportAccessId, endsAt })),
  ];
  return { allowed: true, chains, refusal: null, isOwnFilesOnly: false };
}

/** What somebody has who belongs to the organization. */
function decideForPerson(
  facts: AccessSnapshot,
  { accountId, right, productId, resourceId, at }: Question,
  known: ReadonlyMap<string, readonly Way[]> | undefined,
): Decision {
  const person = facts.people.find(accountId);
  if (!person) return refuse('not_in_organization');
  const stop = stopOf(person);
  if (stop) return refuse(stop);
  const thing = thingOf(facts, productId, resourceId);
  if (typeof thing === 'string') return refuse(thing);
  const ways = known ?? facts.grants.teams.waysTo(person, at.getTime());
  const held = grantsOn(facts, thing, person, ways, at.getTime());
  const giving = held.filter(({ grant }) => rightsGivenBy(grant.right).includes(right));
  const isRoleRight = manages(person) && !isContentRight(right);
  const isKnown = facts.typeRights.of(thing.product.type).has(right);
  const chains: Chain[] = [
    ...(isRoleRight && isKnown ? [{ via: 'role' as const, role: person.role }] : []),
    ...(isContentRight(right) && owns(person, thing) ? [{ via: 'owner' as const }] : []),
    ...giving
      .filter(({ gives }) => gives.includes(right))
      .map(({ grant, teams, gives }) => ({ via: 'grant' as const, grant, teams, gives })),
  ];
  if (chains.length === 0) {
    if (giving.length > 0) return refuse('inheritance_restricted');
    return refuse(isRoleRight ? 'right_unknown' : 'no_grant');
  }
  const cap = capOf(person, thing.product, right);
  if (cap) return refuse(cap);
  return {
    allowed: true,
    chains,
    refusal: null,
    isOwnFilesOnly: person.role === 'external' && right === 'change' && !chains.some(({ via }) => via === 'owner'),
  };
}

/** Whether the thing is theirs, or lies in something that is. */
export const owns = ({ memberId }: Person, { path }: Thing): boolean =>
  path.some(({ ownerMemberId }) => ownerMemberId === memberId);

/** The accesses that give one of the provider's staff the right on a thing that is there. */
function supportOn(facts: AccessSnapshot, { accountId, right, productId, resourceId, at }: Question): SupportEntry[] {
  const { people, products } = facts;
  const entries = people.supportOf(accountId, at.getTime());
  if (entries.length === 0) return entries;
  const product = products.product(productId);
  const isThere =
    product !== undefined && (resourceId === undefined || products.resource(resourceId)?.productId === productId);
  return isThere
    ? entries.filter((entry) => mayAs(entry, right) && isSupported(facts, entry, product, at.getTime()))
    : [];
}

/** Whether the product is one that the access is for; one that somebody gave who does not manage is worth what they have on it themselves. */
export function isSupported(
  facts: AccessSnapshot,
  { products, grantedByMemberId }: SupportEntry,
  product: Product,
  at: number,
): boolean {
  if (
    products !== null &&
    !products.some(
      ({ productId, ownershipNumber }) =>
        productId === product.productId && ownershipNumber === product.ownershipNumber,
    )
  )
    return false;
  if (grantedByMemberId === null) return true;
  const giver = facts.people.member(grantedByMemberId);
  return giver !== undefined && (manages(giver) || reaches(facts, giver, product, at));
}

/** Whether something reaches the person on the product, or on something in it. */
function reaches(facts: AccessSnapshot, person: Person, product: Product, at: number): boolean {
  const ways = facts.grants.teams.waysTo(person, at);
  const isReached = (path: readonly Resource[]): boolean =>
    grantsOn(facts, { product, path }, person, ways, at).some(({ gives }) => gives.length > 0);
  return (
    isReached([]) ||
    [...facts.products.resourcesOf(product.productId)].some((resource) => {
      const path = facts.products.pathOf(resource);
      return owns(person, { product, path }) || isReached(path);
    })
  );
}

/** What the access lets the staff do: look, or also change; with content only where the customer said so (ACC-4). */
const mayAs = ({ level, withContent }: SupportEntry, right: string): boolean =>
  (withContent || !isContentRight(right)) && (level === 'write' || isLookingRight(right));

/** What stops somebody who was given the right: a block stops everybody with limited rights, whoever manages keeps managing (PROD-4). */
export function capOf(person: Person, product: Product, right: string): Refusal | undefined {
  if (product.isBlocked && !manages(person)) return 'product_blocked';
  return person.role === 'external' && isNeverForExternals(right) ? 'external_capped' : undefined;
}

/** A grant that reaches a person on a thing. */
export interface HeldGrant {
  grant: Grant;
  /** From the team the person is in, up to the one that holds the grant. */
  teams: Way;
  /** The rights that it gives on the thing: fewer than it was given with where a restriction narrows it, or none. */
  gives: readonly string[];
}

/** Whether a restriction takes something from what the grant gives. */
export const isNarrowed = ({ grant, gives }: Pick<HeldGrant, 'grant' | 'gives'>): boolean =>
  gives.length < rightsGivenBy(grant.right).length;

/**
 * Every grant that reaches the person on the thing at the instant: on the thing itself, on what it lies in, on the
 * product, and on its type. A grant passes every restriction between its own object and the thing, the thing included.
 * A restriction for the person, for the holder of the grant or for a team between the two leaves the intersection with
 * its right. Intersections can be taken in any order, so the path is walked from the inside.
 */
export function grantsOn(
  facts: Pick<AccessSnapshot, 'grants'>,
  { product, path }: Thing,
  { memberId }: Person,
  ways: ReadonlyMap<string, readonly Way[]>,
  at: number,
): HeldGrant[] {
  const held: HeldGrant[] = [];
  let passed: readonly Restriction[] = [];
  const gather = (object: string, ownershipNumber?: number): void => {
    for (const grant of facts.grants.onFor(object, ways, ownershipNumber)) {
      for (const teams of (grant.endsAt > at ? ways.get(grant.holder) : undefined) ?? []) {
        let gives = rightsGivenBy(grant.right);
        for (const { holder, right } of passed)
          if (comesBy(holder, grant, teams, memberId)) gives = gives.filter((given) => isWithin(given, right));
        held.push({ grant, teams, gives });
      }
    }
  };
  for (const { resourceId } of path) {
    // A restriction does not touch what is given on the resource itself.
    gather(resourceId, product.ownershipNumber);
    const here = facts.grants.restrictionsOn(resourceId, product.ownershipNumber);
    if (here.length > 0) passed = [...passed, ...here.filter(({ endsAt }) => endsAt > at)];
  }
  gather(product.productId, product.ownershipNumber);
  gather(product.type);
  return held;
}

/** Whether a grant reaches the member by way of the holder of a restriction. */
const comesBy = (holder: string, grant: Grant, teams: Way, memberId: string): boolean =>
  holder === memberId || holder === grant.holder || (teams as readonly string[]).includes(holder);

const isWithin = (right: string, limit: string | null): boolean =>
  limit !== null && rightsGivenBy(limit).includes(right);

/** What the ids mean in this organization; a resource is known only together with the product that it is in. */
function thingOf(facts: AccessSnapshot, productId: string, resourceId: string | undefined): Thing | Refusal {
  const product = facts.products.product(productId);
  if (!product) return 'product_unknown';
  if (resourceId === undefined) return { product, path: [] };
  const resource = facts.products.resource(resourceId);
  return resource?.productId === productId ? { product, path: facts.products.pathOf(resource) } : 'resource_unknown';
}

const refuse = (refusal: Refusal): Decision => ({ allowed: false, chains: [], refusal, isOwnFilesOnly: false });
