import type { Output } from '@cordee/contracts/contract';
import type { Role } from '@cordee/contracts/permissions';
import type { explainAccess } from '@cordee/contracts/teams/access';
import type { Grant, Grants, Restriction } from './grants.ts';
import { manages, denialFor, type People, type Person, type SupportEntry } from './people.ts';
import type { Product, Products, Resource } from './products.ts';
import { isContentRight, isReadOnlyRight, isNeverForExternals, rightsGivenBy } from './rights.ts';
import { isRightInScope, type Scopes } from './scopes.ts';
import type { GrantPath } from './teams.ts';
import type { TypeRights } from './type-rights.ts';

type AccountId = `acc_${string}`;

/** The data of an organization that a decision is made from, one part per owner. */
export interface AccessSnapshot {
  readonly people: People;
  readonly grants: Grants;
  readonly products: Products;
  readonly typeRights: TypeRights;
}

/** Does an account have a right on a product or resource? */
export interface Question {
  accountId: AccountId;
  right: string;
  productId: `prd_${string}`;
  resourceId?: `res_${string}` | undefined;
  at: Date;
  /** Of the API token with which the account asks. */
  scopes?: Scopes | undefined;
}

/** One path by which an account has a right. */
export type Chain =
  | { via: 'role'; role: Role }
  | { via: 'owner' }
  | ({ via: 'grant' } & HeldGrant)
  | { via: 'support'; supportAccessId: `sup_${string}`; endsAt: string };

/** The reason of a denial, as in the contract. */
export type DenialReason = NonNullable<Output<typeof explainAccess>['refusal']>;

export interface Decision {
  allowed: boolean;
  /** Every chain that gives the right; empty when it is denied. */
  chains: Chain[];
  /** Null when the right is allowed. */
  refusal: DenialReason | null;
  /** An external with `change` on a folder deletes only their own files (PROD-2, C-TEAM-11). */
  isOwnFilesOnly: boolean;
}

/**
 * The target of a check: a product, and the resource with its parents, innermost first. The path is empty for the
 * product itself.
 */
export interface Target {
  product: Product;
  path: readonly Resource[];
}

/**
 * Decides access to products and resources, and explains it (ACC-1, ACC-2). Effective rights are role ∪ ownership of
 * content ∪ direct grants ∪ team grants with parents ∪ whole-organization shares ∪ support access, then the caps. A
 * role and a support access give only rights that the product type has; a grant proves that its right exists.
 * `resolvedPaths` are the grant paths of the person at the instant, if already resolved.
 */
export function decide(
  snapshot: AccessSnapshot,
  question: Question,
  resolvedPaths?: ReadonlyMap<string, readonly GrantPath[]>,
): Decision {
  const decision = decideWithSupport(snapshot, question, resolvedPaths);
  // The scope is the last cap: the reason tells a caller who has the right that another token would work.
  return decision.allowed && !isRightInScope(question.scopes, question.right) ? deny('token_scope_missing') : decision;
}

/** Decides for members and for staff under a support access. */
function decideWithSupport(
  snapshot: AccessSnapshot,
  question: Question,
  resolvedPaths: ReadonlyMap<string, readonly GrantPath[]> | undefined,
): Decision {
  const decision = decideForPerson(snapshot, question, resolvedPaths);
  const support = supportEntriesFor(snapshot, question);
  if (support.length === 0) return decision;
  const product = snapshot.products.product(question.productId)!;
  if (!snapshot.typeRights.of(product.type).has(question.right))
    return decision.allowed ? decision : deny('right_unknown');
  if (product.isBlocked) return decision.allowed ? decision : deny('product_blocked');
  const chains = [
    ...decision.chains,
    ...support.map(({ supportAccessId, endsAt }) => ({ via: 'support' as const, supportAccessId, endsAt })),
  ];
  return { allowed: true, chains, refusal: null, isOwnFilesOnly: false };
}

/** Decides for members. */
function decideForPerson(
  snapshot: AccessSnapshot,
  { accountId, right, productId, resourceId, at }: Question,
  resolvedPaths: ReadonlyMap<string, readonly GrantPath[]> | undefined,
): Decision {
  const person = snapshot.people.find(accountId);
  if (!person) return deny('not_in_organization');
  const denial = denialFor(person);
  if (denial) return deny(denial);
  const target = findTarget(snapshot, productId, resourceId);
  if (typeof target === 'string') return deny(target);
  const paths = resolvedPaths ?? snapshot.grants.teams.pathsTo(person, at.getTime());
  const held = grantsOn(snapshot, target, person, paths, at.getTime());
  const matching = held.filter(({ grant }) => rightsGivenBy(grant.right).includes(right));
  const isRoleRight = manages(person) && !isContentRight(right);
  const typeHasRight = snapshot.typeRights.of(target.product.type).has(right);
  const chains: Chain[] = [
    ...(isRoleRight && typeHasRight ? [{ via: 'role' as const, role: person.role }] : []),
    ...(isContentRight(right) && owns(person, target) ? [{ via: 'owner' as const }] : []),
    ...matching
      .filter(({ gives }) => gives.includes(right))
      .map(({ grant, teams, gives }) => ({ via: 'grant' as const, grant, teams, gives })),
  ];
  if (chains.length === 0) {
    if (matching.length > 0) return deny('inheritance_restricted');
    return deny(isRoleRight ? 'right_unknown' : 'no_grant');
  }
  const cap = capFor(person, target.product, right);
  if (cap) return deny(cap);
  return {
    allowed: true,
    chains,
    refusal: null,
    isOwnFilesOnly: person.role === 'external' && right === 'change' && !chains.some(({ via }) => via === 'owner'),
  };
}

/** True for the owner of the target or of a resource above it. */
export const owns = ({ memberId }: Person, { path }: Target): boolean =>
  path.some(({ ownerMemberId }) => ownerMemberId === memberId);

/** The support accesses of the account that give the right on an existing target. */
function supportEntriesFor(
  snapshot: AccessSnapshot,
  { accountId, right, productId, resourceId, at }: Question,
): SupportEntry[] {
  const { people, products } = snapshot;
  const entries = people.supportOf(accountId, at.getTime());
  if (entries.length === 0) return entries;
  const product = products.product(productId);
  const exists =
    product !== undefined && (resourceId === undefined || products.resource(resourceId)?.productId === productId);
  return exists
    ? entries.filter((entry) => allowsRight(entry, right) && coversProduct(snapshot, entry, product, at.getTime()))
    : [];
}

/**
 * True when the support access covers the product. An access from a person who is no manager covers only products on
 * which that person has rights.
 */
export function coversProduct(
  snapshot: AccessSnapshot,
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
  const giver = snapshot.people.member(grantedByMemberId);
  return giver !== undefined && (manages(giver) || hasAnyRight(snapshot, giver, product, at));
}

/** True when the person has a right on the product or on a resource in it. */
function hasAnyRight(snapshot: AccessSnapshot, person: Person, product: Product, at: number): boolean {
  const paths = snapshot.grants.teams.pathsTo(person, at);
  const hasRightOn = (path: readonly Resource[]): boolean =>
    grantsOn(snapshot, { product, path }, person, paths, at).some(({ gives }) => gives.length > 0);
  return (
    hasRightOn([]) ||
    [...snapshot.products.resourcesOf(product.productId)].some((resource) => {
      const path = snapshot.products.pathOf(resource);
      return owns(person, { product, path }) || hasRightOn(path);
    })
  );
}

/** A level `read` allows rights that change nothing; content rights need the customer's consent (ACC-4). */
const allowsRight = ({ level, withContent }: SupportEntry, right: string): boolean =>
  (withContent || !isContentRight(right)) && (level === 'write' || isReadOnlyRight(right));

/**
 * The cap on a right that was granted: a block stops everybody except managers (PROD-4), and externals never have some
 * rights.
 */
export function capFor(person: Person, product: Product, right: string): DenialReason | undefined {
  if (product.isBlocked && !manages(person)) return 'product_blocked';
  return person.role === 'external' && isNeverForExternals(right) ? 'external_capped' : undefined;
}

/** A grant that applies to a person on a target. */
export interface HeldGrant {
  grant: Grant;
  /** From the team of the person up to the holder of the grant. */
  teams: GrantPath;
  /**
   * The rights that the grant gives on the target: all that its right includes, minus those that a restriction removes.
   */
  gives: readonly string[];
}

/** True when a restriction removes rights of the grant. */
export const isNarrowed = ({ grant, gives }: Pick<HeldGrant, 'grant' | 'gives'>): boolean =>
  gives.length < rightsGivenBy(grant.right).length;

/**
 * Every grant that applies to the person on the target at the instant: on the target, its parents, the product and the
 * type. Restrictions between the object of a grant and the target apply to it, including those on the target. A
 * restriction applies when its holder is the person, the holder of the grant or a team between the two; it leaves the
 * intersection with its right. The order of intersections does not matter, so the path is read from inside out.
 */
export function grantsOn(
  snapshot: Pick<AccessSnapshot, 'grants'>,
  { product, path }: Target,
  { memberId }: Person,
  paths: ReadonlyMap<string, readonly GrantPath[]>,
  at: number,
): HeldGrant[] {
  const held: HeldGrant[] = [];
  let restrictionsBelow: readonly Restriction[] = [];
  const collect = (object: string, ownershipNumber?: number): void => {
    for (const grant of snapshot.grants.onObjectHeldBy(object, paths, ownershipNumber)) {
      for (const teams of (grant.endsAt > at ? paths.get(grant.holder) : undefined) ?? []) {
        let gives = rightsGivenBy(grant.right);
        for (const { holder, right } of restrictionsBelow)
          if (goesThrough(holder, grant, teams, memberId)) gives = gives.filter((given) => isWithin(given, right));
        held.push({ grant, teams, gives });
      }
    }
  };
  for (const { resourceId } of path) {
    // Grants on the resource itself are not inherited, so its restrictions do not apply to them.
    collect(resourceId, product.ownershipNumber);
    const restrictions = snapshot.grants.restrictionsOn(resourceId, product.ownershipNumber);
    if (restrictions.length > 0)
      restrictionsBelow = [...restrictionsBelow, ...restrictions.filter(({ endsAt }) => endsAt > at)];
  }
  collect(product.productId, product.ownershipNumber);
  collect(product.type);
  return held;
}

/** True when a grant applies to the member through the holder of a restriction. */
const goesThrough = (holder: string, grant: Grant, teams: GrantPath, memberId: string): boolean =>
  holder === memberId || holder === grant.holder || (teams as readonly string[]).includes(holder);

const isWithin = (right: string, limit: string | null): boolean =>
  limit !== null && rightsGivenBy(limit).includes(right);

/** Looks up the ids. A resource is known only together with its own product. */
function findTarget(
  snapshot: AccessSnapshot,
  productId: string,
  resourceId: string | undefined,
): Target | DenialReason {
  const product = snapshot.products.product(productId);
  if (!product) return 'product_unknown';
  if (resourceId === undefined) return { product, path: [] };
  const resource = snapshot.products.resource(resourceId);
  return resource?.productId === productId ? { product, path: snapshot.products.pathOf(resource) } : 'resource_unknown';
}

const deny = (refusal: DenialReason): Decision => ({ allowed: false, chains: [], refusal, isOwnFilesOnly: false });
