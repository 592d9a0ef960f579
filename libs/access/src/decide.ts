import type { Output } from '@cordee/contracts/contract';
import type { Role } from '@cordee/contracts/permissions';
import type { explainAccess } from '@cordee/contracts/teams/access';
import type { Grant, Grants, Restriction } from './grants.ts';
import { manages, stopOf, type People, type Person, type SupportEntry } from './people.ts';
import type { Product, Products, Resource } from './products.ts';
import { isContentRight, isLookingRight, isNeverForExternals, rightsGivenBy } from './rights.ts';
import { isRightInScope, type Scopes } from './scopes.ts';
import type { Way } from './teams.ts';

type AccountId = `acc_${string}`;

/** Everything a decision about an organization is made from, as its three owners tell it. */
export interface AccessSnapshot {
  readonly people: People;
  readonly grants: Grants;
  readonly products: Products;
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

/** One way in which somebody has a right. `teams` leads from the team the person is in up to the one that holds the grant. */
export type Chain =
  | { via: 'role'; role: Role }
  | { via: 'owner' }
  | { via: 'grant'; grant: Grant; teams: Way }
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
 * The one function that decides access to products and what is in them, and explains it (ACC-1, ACC-2): effective rights are role ∪ ownership of
 * content ∪ direct grants ∪ team grants with parents ∪ whole-organization shares ∪ support access, then the caps. `known` are the ways to the person
 * at the instant, where they have been worked out before.
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
  if (facts.products.product(question.productId)!.isBlocked)
    return decision.allowed ? decision : refuse('product_blocked');
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
  const chains: Chain[] = [
    ...(manages(person) && !isContentRight(right) ? [{ via: 'role' as const, role: person.role }] : []),
    ...(isContentRight(right) && owns(person, thing) ? [{ via: 'owner' as const }] : []),
    ...giving.filter(({ isCut }) => !isCut).map(({ grant, teams }) => ({ via: 'grant' as const, grant, teams })),
  ];
  if (chains.length === 0) return refuse(giving.length > 0 ? 'inheritance_restricted' : 'no_grant');
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
function supportOn(
  { people, grants, products }: AccessSnapshot,
  { accountId, right, productId, resourceId, at }: Question,
): SupportEntry[] {
  const entries = people.supportOf(accountId, at.getTime());
  if (entries.length === 0) return entries;
  const product = products.product(productId);
  const isThere =
    product !== undefined && (resourceId === undefined || products.resource(resourceId)?.productId === productId);
  return isThere
    ? entries.filter(
        (entry) => mayAs(entry, right) && isSupported({ people, grants, products }, entry, product, at.getTime()),
      )
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
    grantsOn(facts, { product, path }, person, ways, at).some(({ isCut }) => !isCut);
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

/** A grant that reaches a person on a thing; cut when inheritance is restricted on its way down. */
export interface HeldGrant {
  grant: Grant;
  teams: Way;
  isCut: boolean;
}

/**
 * Every grant that reaches the person on the thing at the instant: on itself, on what it lies in, on the product, and on its type. What comes from
 * further up is cut where a restriction stands for somebody it comes by way of: the person, a team on the way, or the whole organization.
 */
export function grantsOn(
  facts: AccessSnapshot,
  { product, path }: Thing,
  { memberId }: Person,
  ways: ReadonlyMap<string, readonly Way[]>,
  at: number,
): HeldGrant[] {
  const held: Reaching[] = [];
  let restrictions: readonly Restriction[] = [];
  const gather = (object: string, ownershipNumber?: number): void => {
    for (const grant of facts.grants.onFor(object, ways, ownershipNumber)) {
      for (const teams of (grant.endsAt > at ? ways.get(grant.holder) : undefined) ?? []) {
        held.push({
          grant,
          teams,
          passed: restrictions,
          isCut: restrictions.some(({ holder }) => comesBy(holder, grant, teams, memberId)),
        });
      }
    }
  };
  for (const { resourceId } of path) {
    gather(resourceId, product.ownershipNumber);
    const here = facts.grants.restrictionsOn(resourceId, product.ownershipNumber);
    if (here.length > 0) restrictions = [...restrictions, ...here.filter(({ endsAt }) => endsAt > at)];
  }
  gather(product.productId, product.ownershipNumber);
  gather(product.type);
  if (restrictions.some(({ grantId }) => grantId !== null)) cutReplacements(held, restrictions, memberId);
  return held;
}

interface Reaching extends HeldGrant {
  /** The restrictions on its way down, from inside out. */
  passed: readonly Restriction[];
}

/** Whether a grant reaches the member by way of the holder of a restriction. */
const comesBy = (holder: string, grant: Grant, teams: Way, memberId: string): boolean =>
  holder === memberId || holder === grant.holder || (teams as readonly string[]).includes(holder);

/**
 * A grant that stands in the place of what was inherited by way of somebody is nothing to whom that would not have reached, because they were taken out
 * further up by themselves or by way of another team: to narrow what a team has gives nothing back (C-TEAM-12). Each way to the person is looked at by itself,
 * and from outside in, for one grant may stand in the place of another.
 */
function cutReplacements(held: readonly Reaching[], restrictions: readonly Restriction[], memberId: string): void {
  const lost = new Set<Reaching>();
  for (const each of held.toReversed()) {
    const own = restrictions.find(({ grantId }) => grantId === each.grant.id);
    if (!own) continue;
    const others = (among: readonly Restriction[]): readonly Restriction[] =>
      among.filter(({ holder, resourceId }) => holder !== own.holder || resourceId !== own.resourceId);
    if (
      !others(restrictions).some(
        ({ holder }) => holder !== own.holder && comesBy(holder, each.grant, each.teams, memberId),
      )
    )
      continue;
    const isInherited = held.some(
      (above) =>
        above.passed.includes(own) &&
        !lost.has(above) &&
        comesBy(own.holder, above.grant, above.teams, memberId) &&
        each.teams.every((team, place) => above.teams[place] === team) &&
        !others(above.passed).some(({ holder }) => comesBy(holder, above.grant, above.teams, memberId)),
    );
    if (isInherited) continue;
    lost.add(each);
    each.isCut = true;
  }
}

/** What the ids mean in this organization; a resource is known only together with the product that it is in. */
function thingOf(facts: AccessSnapshot, productId: string, resourceId: string | undefined): Thing | Refusal {
  const product = facts.products.product(productId);
  if (!product) return 'product_unknown';
  if (resourceId === undefined) return { product, path: [] };
  const resource = facts.products.resource(resourceId);
  return resource?.productId === productId ? { product, path: facts.products.pathOf(resource) } : 'resource_unknown';
}

const refuse = (refusal: Refusal): Decision => ({ allowed: false, chains: [], refusal, isOwnFilesOnly: false });
