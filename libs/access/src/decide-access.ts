import type { Output } from '@cordee/contracts/contract';
import type { Role } from '@cordee/contracts/permissions';
import type { explainAccess } from '@cordee/contracts/teams/access';
import type { Grant, Grants, Restriction } from './grant-index.ts';
import { forEachHolder, pathsTo, type GrantPath } from './grant-paths.ts';
import { manages, denialFor, type People, type Person, type SupportEntry } from './people.ts';
import type { Product, Products, Resource } from './products.ts';
import { isContentRight, isReadOnlyRight, isNeverForExternals } from './special-rights.ts';
import { rightsGivenBy } from './included-rights.ts';
import { ORGANIZATION } from './teams.ts';
import { isRightInScope, type Scopes } from './scopes.ts';
import type { TypeRights } from './type-rights.ts';

type AccountId = `acc_${string}`;

/** The access data of an organization that a decision is made from, one part per owning service. */
export interface AccessSnapshot {
  readonly people: People;
  readonly grants: Grants;
  readonly products: Products;
  readonly typeRights: TypeRights;
}

/** The question whether an account has a right on a product or resource. */
export interface Question {
  accountId: AccountId;
  right: string;
  productId: `prd_${string}`;
  resourceId?: `res_${string}` | undefined;
  at: Date;
  /** The scopes of the API token that the account uses; undefined without an API token. */
  scopes?: Scopes | undefined;
}

/** One way in which an account has a right. */
export type Chain =
  | { via: 'role'; role: Role }
  | { via: 'owner' }
  | ({ via: 'grant' } & HeldGrant)
  | { via: 'support'; supportAccessId: `sup_${string}`; endsAt: string };

/** The reason of a denial, as in the contract. */
export type DenialReason = NonNullable<Output<typeof explainAccess>['refusal']>;

export interface Decision {
  allowed: boolean;
  /** Every chain that gives the right; empty when the right is denied. */
  chains: Chain[];
  /** Null when the right is allowed. */
  refusal: DenialReason | null;
  /**
   * True when the person may delete only their own files: an external with the right `change` on a folder
   * (PROD-2).
   */
  isOwnFilesOnly: boolean;
}

/**
 * The target of a decision: a product or a resource. The path has the resource and its parents, innermost first; the
 * path is empty when the target is the product.
 */
export interface Target {
  product: Product;
  path: readonly Resource[];
}

/**
 * Decides access to products and resources, and explains the decision (ACC-1, ACC-2). A right comes from a role,
 * ownership of content, direct grants, grants to a team or its parent teams, grants to the whole organization, or
 * support access, which gives only rights that its giver has. The caps (`capFor`) then remove rights on a blocked
 * product and rights that externals never have. A role and a support access give only rights that the product type has.
 * A grant gives its right in any case, because the grant proves that the right exists. `resolvedPaths`: the grant paths
 * of the person at the instant, if the caller has resolved them.
 */
export function decideAccess(
  snapshot: AccessSnapshot,
  question: Question,
  resolvedPaths?: ReadonlyMap<string, readonly GrantPath[]>,
): Decision {
  const decision = decideWithSupport(snapshot, question, resolvedPaths);
  // The scope is checked last: `token_scope_missing` tells the caller that the account has the right and that another
  // token would work.
  return decision.allowed && !isRightInScope(question.scopes, question.right) ? deny('token_scope_missing') : decision;
}

/** Decides for members and for staff under a support access. */
function decideWithSupport(
  snapshot: AccessSnapshot,
  question: Question,
  resolvedPaths: ReadonlyMap<string, readonly GrantPath[]> | undefined,
): Decision {
  const decision = decideForPerson(snapshot, question, resolvedPaths);
  const entries = supportEntriesFor(snapshot, question);
  if (entries.length === 0) return decision;
  const product = snapshot.products.product(question.productId)!;
  // The support access gives no right in the next two cases. A right that the account has as a member stays.
  if (!snapshot.typeRights.of(product.type).has(question.right))
    return decision.allowed ? decision : deny('right_unknown');
  if (product.isBlocked) return decision.allowed ? decision : deny('product_blocked');
  const effectiveEntries = entries.filter((entry) => giverHasRight(snapshot, entry, question));
  if (effectiveEntries.length === 0) return decision;
  const chains = [
    ...decision.chains,
    ...effectiveEntries.map(({ supportAccessId, endsAt }) => ({ via: 'support' as const, supportAccessId, endsAt })),
  ];
  return { allowed: true, chains, refusal: null, isOwnFilesOnly: false };
}

/** Decides for members. Ignores support accesses and scopes. */
function decideForPerson(
  snapshot: AccessSnapshot,
  question: Question,
  resolvedPaths: ReadonlyMap<string, readonly GrantPath[]> | undefined,
): Decision {
  const { accountId, productId, resourceId, at } = question;
  const person = snapshot.people.find(accountId);
  if (!person) return deny('not_in_organization');
  const denial = denialFor(person);
  if (denial) return deny(denial);
  const target = findTarget(snapshot, productId, resourceId);
  if (typeof target === 'string') return deny(target);
  const paths = resolvedPaths ?? pathsTo(snapshot.grants.teams, person, at.getTime());
  const matchingGrants = findHeldGrants(snapshot, target, person, paths, at.getTime()).filter(({ grant }) =>
    rightsGivenBy(grant.right).includes(question.right),
  );
  return decideFromGrants(snapshot, question, person, target, matchingGrants);
}

/**
 * Decides for a person who may have rights. `matchingGrants` are the grants that apply to the person on the target and
 * that give or include the right, before restrictions.
 */
function decideFromGrants(
  snapshot: AccessSnapshot,
  { right, at }: Pick<Question, 'right' | 'at'>,
  person: Person,
  target: Target,
  matchingGrants: readonly HeldGrant[],
): Decision {
  const isRoleRight = manages(person) && !isContentRight(right);
  const typeHasRight = snapshot.typeRights.of(target.product.type).has(right);
  const chains: Chain[] = [];
  if (isRoleRight && typeHasRight) chains.push({ via: 'role', role: person.role });
  if (isContentRight(right) && owns(person, target)) chains.push({ via: 'owner' });
  for (const { grant, teams, givenRights } of matchingGrants)
    if (givenRights.includes(right)) chains.push({ via: 'grant', grant, teams, givenRights });
  if (chains.length === 0) {
    if (matchingGrants.length > 0) return deny('inheritance_restricted');
    if (isRoleRight) return deny('right_unknown');
    return deny(isHeldByMembersOnlyTeam(snapshot, target, person, { right, at }) ? 'team_members_only' : 'no_grant');
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

/**
 * Decides for every person who may have the right: managers, owners and holders of grants. Returns the allowed
 * decisions. Support accesses are not considered. Starts at the grants on the target and descends to the members of
 * their holders, so that the effort depends on the number of people found, and not on the teams of each person.
 */
export function decideForEveryone(
  snapshot: AccessSnapshot,
  { right, productId, resourceId, at }: Omit<Question, 'accountId' | 'scopes'>,
): { accountId: AccountId; role: Person['role']; decision: Decision }[] {
  const target = findTarget(snapshot, productId, resourceId);
  if (typeof target === 'string') return [];
  const grantsByPerson = findMatchingGrants(snapshot, target, right, at.getTime());
  const addCandidate = (person: Person | undefined): void => {
    if (person && !grantsByPerson.has(person)) grantsByPerson.set(person, []);
  };
  if (!isContentRight(right)) for (const manager of snapshot.people.managers()) addCandidate(manager);
  for (const { ownerMemberId } of target.path) if (ownerMemberId) addCandidate(snapshot.people.member(ownerMemberId));
  const holders: { accountId: AccountId; role: Person['role']; decision: Decision }[] = [];
  for (const [person, matchingGrants] of grantsByPerson) {
    if (denialFor(person)) continue;
    const decision = decideFromGrants(snapshot, { right, at }, person, target, matchingGrants);
    if (decision.allowed) holders.push({ accountId: person.accountId, role: person.role, decision });
  }
  return holders;
}

/** True when an external lacks the right only because a team on the path to the grant is members-only. */
function isHeldByMembersOnlyTeam(
  snapshot: AccessSnapshot,
  target: Target,
  person: Person,
  { right, at }: Pick<Question, 'right' | 'at'>,
): boolean {
  if (person.role !== 'external') return false;
  const pathsAsMember = pathsTo(snapshot.grants.teams, { ...person, role: 'collaborator' }, at.getTime());
  pathsAsMember.delete(ORGANIZATION);
  return findHeldGrants(snapshot, target, person, pathsAsMember, at.getTime()).some(({ givenRights }) =>
    givenRights.includes(right),
  );
}

/** True when the person owns the resource of the target, or a resource that contains this resource. */
export const owns = ({ memberId }: Person, { path }: Target): boolean =>
  path.some(({ ownerMemberId }) => ownerMemberId === memberId);

/** The support accesses of the account that cover an existing target, and whose level allows the right. */
function supportEntriesFor(
  snapshot: AccessSnapshot,
  { accountId, right, productId, resourceId, at }: Question,
): SupportEntry[] {
  const { people, products } = snapshot;
  const entries = people.supportEntriesOf(accountId, at.getTime());
  if (entries.length === 0) return entries;
  const product = products.product(productId);
  const targetExists =
    product !== undefined && (resourceId === undefined || products.resource(resourceId)?.productId === productId);
  return targetExists
    ? entries.filter((entry) => allowsRight(entry, right) && coversProduct(snapshot, entry, product, at.getTime()))
    : [];
}

/**
 * True when the support access covers the product. A support access whose giver is not a manager covers only products
 * on which the giver has rights.
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
  const giver = snapshot.people.member(grantedByMemberId);
  return giver !== undefined && (manages(giver) || hasAnyRight(snapshot, giver, product, at));
}

/** True when the person has a right on the product or on a resource in it. */
function hasAnyRight(snapshot: AccessSnapshot, person: Person, product: Product, at: number): boolean {
  const paths = pathsTo(snapshot.grants.teams, person, at);
  const hasRightOn = (path: readonly Resource[]): boolean =>
    findHeldGrants(snapshot, { product, path }, person, paths, at).some(({ givenRights }) => givenRights.length > 0);
  return (
    hasRightOn([]) ||
    [...snapshot.products.resourcesOf(product.productId)].some((resource) => {
      const path = snapshot.products.pathOf(resource);
      return owns(person, { product, path }) || hasRightOn(path);
    })
  );
}

/** True when the giver of the support access has the right. A support access gives no right that its giver lacks. */
function giverHasRight(snapshot: AccessSnapshot, { grantedByMemberId }: SupportEntry, question: Question): boolean {
  const giver = snapshot.people.member(grantedByMemberId);
  return (
    giver !== undefined && decideForPerson(snapshot, { ...question, accountId: giver.accountId }, undefined).allowed
  );
}

/**
 * True when the support access allows the right. Level `read` allows read-only rights; content rights need the consent
 * of the customer (ACC-4).
 */
const allowsRight = ({ level, withContent }: SupportEntry, right: string): boolean =>
  (withContent || !isContentRight(right)) && (level === 'write' || isReadOnlyRight(right));

/**
 * The reason why a person may not use a granted right; undefined when the person may use the right. On a blocked
 * product, only managers have rights (PROD-4). Some rights are never for externals.
 */
export function capFor(person: Person, product: Product, right: string): DenialReason | undefined {
  if (product.isBlocked && !manages(person)) return 'product_blocked';
  return person.role === 'external' && isNeverForExternals(right) ? 'external_capped' : undefined;
}

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
function findMatchingGrants(
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

/** Finds the product and the resource. A resource of another product is unknown. */
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
