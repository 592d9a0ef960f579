import type { Output } from '@cordee/contracts/contract';
import type { Role } from '@cordee/contracts/permissions';
import type { explainAccess } from '@cordee/contracts/teams/access';
import { owns, type AccessSnapshot, type Target } from './access-snapshot.ts';
import { pathsTo, type GrantPath } from './grant-paths.ts';
import { findHeldGrants, findMatchingGrants, type HeldGrant } from './held-grants.ts';
import { rightsGivenBy } from './included-rights.ts';
import { manages, denialFor, type Person, type SupportEntry } from './people.ts';
import type { Product, Resource } from './products.ts';
import { isContentRight, isReadOnlyRight, isNeverForExternals } from './special-rights.ts';
import { ORGANIZATION } from './teams.ts';
import { isRightInScope, type Scopes } from './scopes.ts';

type AccountId = `acc_${string}`;

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
  isAllowed: boolean;
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
  return decision.isAllowed && !isRightInScope(question.scopes, question.right)
    ? deny('token_scope_missing')
    : decision;
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
    return decision.isAllowed ? decision : deny('right_unknown');
  if (product.isBlocked) return decision.isAllowed ? decision : deny('product_blocked');
  const effectiveEntries = entries.filter((entry) => giverHasRight(snapshot, entry, question));
  if (effectiveEntries.length === 0) return decision;
  const chains = [
    ...decision.chains,
    ...effectiveEntries.map(({ supportAccessId, endsAt }) => ({ via: 'support' as const, supportAccessId, endsAt })),
  ];
  return { isAllowed: true, chains, refusal: null, isOwnFilesOnly: false };
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
    isAllowed: true,
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
    if (decision.isAllowed) holders.push({ accountId: person.accountId, role: person.role, decision });
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

/** The active support entries of the account whose support access covers an existing target and allows the right. */
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
    giver !== undefined && decideForPerson(snapshot, { ...question, accountId: giver.accountId }, undefined).isAllowed
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

const deny = (refusal: DenialReason): Decision => ({ isAllowed: false, chains: [], refusal, isOwnFilesOnly: false });
