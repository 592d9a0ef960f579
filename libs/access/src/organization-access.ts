import type { AccessPart } from '@cordee/contracts/contract';
import type { MemberSnapshot } from '@cordee/contracts/identity/member';
import type { PermissionName } from '@cordee/contracts/permissions';
import type { ProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import type { GrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import {
  decide,
  grantsOn,
  coversProduct,
  owns,
  type AccessSnapshot,
  type Decision,
  type HeldGrant,
  type Question,
} from './decide.ts';
import { Grants, type Grant } from './grants.ts';
import { People, denialFor, type Person, type SupportEntry } from './people.ts';
import { Products, type Product, type Resource } from './products.ts';
import {
  grantedProducts,
  collectGrants,
  rightsOnProducts,
  rightsOnResource,
  type AccessEntry,
} from './effective-access.ts';
import { isContentRight, rightsGivenBy } from './rights.ts';
import { RightSet } from './right-set.ts';
import { isRightInScope, type Scopes } from './scopes.ts';
import { checkPacked } from './packed-check.ts';
import type { ProductGrants } from './packed-grants.ts';
import { resolvePrincipal, type ResolvedPrincipal } from './resolve-principal.ts';
import { ORGANIZATION } from './teams.ts';
import type { TypeRights } from './type-rights.ts';

type AccountId = `acc_${string}`;
type ProductId = `prd_${string}`;
type ResourceId = `res_${string}`;

/** The rows of each part as its owner sends them. */
export interface PartRows {
  people: Pick<MemberSnapshot, 'changed' | 'people' | 'support'>;
  grants: Pick<GrantSnapshot, 'changed' | 'teams' | 'memberships' | 'grants' | 'restrictions'>;
  products: Pick<ProductSnapshot, 'changed' | 'products' | 'resources'>;
}

/** The part of a product that a person may see. */
export interface VisibleProduct {
  /** All resources, future ones included. */
  readonly isWhole: boolean;
  /** The visible resources when the product is not visible as a whole. */
  readonly resourceIds: ReadonlySet<ResourceId>;
}

const WHOLE: VisibleProduct = { isWhole: true, resourceIds: new Set() };

/** The access data of one organization, and the decisions made from it. */
export class OrganizationAccess implements AccessSnapshot {
  people = new People();
  grants = new Grants();
  products = new Products();
  private readonly none = RightSet.empty();
  private readonly principals = new Map<string, ResolvedPrincipal>();
  private readonly productGrants = new Map<string, ProductGrants>();

  constructor(readonly typeRights: TypeRights) {}

  /** Creates the access from complete rows; for questions about the past and for tests. */
  static from(rows: PartRows, typeRights: TypeRights): OrganizationAccess {
    const access = new OrganizationAccess(typeRights);
    access.apply('people', rows.people);
    access.apply('grants', rows.grants);
    access.apply('products', rows.products);
    return access;
  }

  /** Applies rows of a part: changes, or, with `changed: null`, additional rows. */
  apply<P extends AccessPart>(part: P, rows: PartRows[P]): void {
    if (part !== 'people') this.productGrants.clear();
    this.invalidatePrincipals((this[part] as { apply(rows: PartRows[P]): Iterable<string> | 'all' }).apply(rows));
  }

  /** Replaces a part by the rows of all pages. */
  replace<P extends AccessPart>(part: P, pages: readonly PartRows[P][]): void {
    const next =
      part === 'people'
        ? (this.people = new People())
        : part === 'grants'
          ? (this.grants = new Grants())
          : (this.products = new Products());
    for (const page of pages) (next as { apply(rows: unknown): unknown }).apply(page);
    this.productGrants.clear();
    this.invalidatePrincipals('all');
  }

  /** True when a product has a type that the type-rights cache does not know. */
  hasUnknownType(): boolean {
    return this.products.types().some((type) => !this.typeRights.isKnown(type));
  }

  may(accountId: string, permission: PermissionName): boolean {
    return this.people.may(accountId, permission);
  }

  /** Decides like `decide`, by the fast path (packed-check.ts) where possible. */
  check(question: Question): boolean {
    if (question.scopes !== undefined && !isRightInScope(question.scopes, question.right)) return false;
    const at = question.at.getTime();
    const principal = this.principal(question.accountId, at);
    const grantsOfProduct = principal && this.grantsOfProduct(question.productId);
    if (grantsOfProduct !== undefined && checkPacked(this, principal!, grantsOfProduct, question, at)) return true;
    // Support access is rare, so the fast path does not cover it.
    return this.people.supportOf(question.accountId, at).length > 0 && decide(this, question).allowed;
  }

  /** The decision with every chain, or with the reason of the denial. */
  decide(question: Question): Decision {
    return decide(this, question, this.principal(question.accountId, question.at.getTime())?.paths);
  }

  /** Finds who has the right on the target (ACC-2), unordered: members with their role, staff as `support`. */
  whoHas(
    target: Omit<Question, 'accountId' | 'scopes'>,
  ): { accountId: AccountId; role: Person['role'] | 'support'; decision: Decision }[] {
    const candidates = new Map<AccountId, Person['role'] | 'support'>(
      this.people.supportAt(target.at.getTime()).map(({ accountId }) => [accountId, 'support']),
    );
    for (const { accountId, role } of this.candidates(target)) candidates.set(accountId, role);
    return [...candidates].flatMap(([accountId, role]) => {
      const decision = this.decide({ ...target, accountId });
      return decision.allowed ? [{ accountId, role, decision }] : [];
    });
  }

  /**
   * The products and resources on which a person has rights (ACC-2), each product followed by its resources. A manager
   * has every product, staff the products of their support accesses. `scopes` are those of the API token with which the
   * person asks.
   */
  whatCan(accountId: AccountId, at: Date, scopes?: Scopes): AccessEntry[] {
    const principal = this.principal(accountId, at.getTime());
    const supported = this.supportedProducts(accountId, at);
    if (!principal) return supported.map((product) => ({ product, resource: undefined, rights: this.none }));
    const collected = collectGrants(this, principal, at.getTime(), this.none);
    const { resources } = collected;
    const rightsOn = rightsOnProducts(principal, collected, this.none);
    const within = (rights: RightSet): RightSet =>
      scopes === undefined ? rights : rights.filter((right) => isRightInScope(scopes, right));
    const found: AccessEntry[] = [];
    for (const product of union(grantedProducts(this, principal, collected), resources.keys(), supported)) {
      const whole: AccessEntry = { product, resource: undefined, rights: within(rightsOn(product)) };
      let hasSome = principal.isManager || whole.rights.size > 0 || supported.includes(product);
      const index = found.push(whole);
      for (const resource of resources.get(product) ?? []) {
        const { rights, isRestricted } = rightsOnResource(
          this,
          principal,
          { product, resource },
          at.getTime(),
          this.none,
        );
        const remaining = within(rights);
        if (remaining.size > 0) hasSome = true;
        if (remaining.size > 0 || isRestricted) found.push({ product, resource, rights: remaining });
      }
      if (!hasSome) found.length = index - 1;
    }
    return found;
  }

  /** The grants that apply to a person on a product or resource: the sources of the rights in `whatCan`. */
  grantsOn(
    accountId: AccountId,
    { product, resource }: Pick<AccessEntry, 'product' | 'resource'>,
    at: Date,
  ): HeldGrant[] {
    const principal = this.principal(accountId, at.getTime());
    return principal
      ? grantsOn(
          this,
          { product, path: resource ? this.products.pathOf(resource) : [] },
          principal.person,
          principal.paths,
          at.getTime(),
        )
      : [];
  }

  /** True for members of the team and of the teams below it at the instant. */
  isInTeam(accountId: AccountId, teamId: string, at: Date): boolean {
    return this.principal(accountId, at.getTime())?.paths.has(teamId) ?? false;
  }

  /** The grants that apply to all members of a team: its own grants and those of its parents. */
  givenToTeam(teamId: string, at: Date): { grant: Grant; from: { teamId: `team_${string}`; name: string } }[] {
    return this.grants.teams.pathOf(teamId, at.getTime()).flatMap((from) =>
      this.grants
        .heldBy(from.teamId)
        .filter((grant) => grant.endsAt > at.getTime() && this.isInCurrentOwnership(grant))
        .map((grant) => ({ grant, from })),
    );
  }

  /**
   * The products that a person may see: those on which they have a grant. A block limits the use of a product, not its
   * visibility.
   */
  visibleProducts(accountId: AccountId, at: Date): Map<ProductId, VisibleProduct> {
    const visible = new Map<ProductId, VisibleProduct>();
    for (const { productId } of this.supportedProducts(accountId, at)) visible.set(productId, WHOLE);
    const principal = this.principal(accountId, at.getTime());
    if (!principal) return visible;
    const collected = collectGrants(this, principal, at.getTime(), this.none);
    const supported = new Set(visible.keys());
    for (const { productId } of grantedProducts(this, principal, collected)) visible.set(productId, WHOLE);
    if (principal.isManager) return visible;
    for (const [product, resources] of collected.resources) {
      if (supported.has(product.productId)) continue;
      const isWhole = visible.has(product.productId);
      // A product with a restriction is not visible as a whole, so its visible resources are listed.
      if (
        isWhole &&
        !resources.some(({ resourceId }) => this.grants.restrictionsOn(resourceId, product.ownershipNumber).length > 0)
      )
        continue;
      const candidates = isWhole
        ? this.products.resourcesOf(product.productId)
        : this.products.withDescendants(resources);
      const resourceIds = new Set(
        [...candidates]
          .filter((resource) => this.hasRightOn(principal.person, product, resource, at))
          .map(({ resourceId }) => resourceId),
      );
      if (isWhole || resourceIds.size > 0) visible.set(product.productId, { isWhole: false, resourceIds });
    }
    return visible;
  }

  /** Approximate size in bytes, resolved principals included; the access benchmark measures the factors. */
  get weight(): number {
    return 2_000 + this.people.size * 2_500 + this.grants.size * 250 + this.products.size * 340;
  }

  private hasRightOn(person: Person, product: Product, resource: Resource, at: Date): boolean {
    return (
      owns(person, { product, path: this.products.pathOf(resource) }) ||
      this.grantsOn(person.accountId, { product, resource }, at).some(({ gives }) => gives.length > 0)
    );
  }

  /** True when the object exists in the ownership period of the grant. */
  private isInCurrentOwnership({ object, ownershipNumber }: Grant): boolean {
    const productId = this.products.resource(object)?.productId ?? object;
    const product = this.products.product(productId);
    return product
      ? product.ownershipNumber === ownershipNumber
      : !object.startsWith('res_') && !object.startsWith('prd_');
  }

  /** The support accesses of a member of staff that cover the product. */
  supportFor(accountId: AccountId, product: Product, at: Date): SupportEntry[] {
    return this.people
      .supportOf(accountId, at.getTime())
      .filter((entry) => coversProduct(this, entry, product, at.getTime()));
  }

  /** The products that the support accesses of a member of staff cover. */
  private supportedProducts(accountId: AccountId, at: Date): Product[] {
    const entries = this.people.supportOf(accountId, at.getTime());
    return entries.length === 0
      ? []
      : [...this.products.all()].filter((product) =>
          entries.some((entry) => coversProduct(this, entry, product, at.getTime())),
        );
  }

  /** A superset of the people who have the right. */
  private candidates({ right, productId, resourceId }: Omit<Question, 'accountId'>): Set<Person> {
    const product = this.products.product(productId);
    const resource = resourceId === undefined ? undefined : this.products.resource(resourceId);
    const path = resource ? this.products.pathOf(resource) : [];
    const found = new Set<Person>();
    const add = (memberId: string | null): void => {
      const person = memberId === null ? undefined : this.people.member(memberId);
      if (person) found.add(person);
    };
    if (!isContentRight(right)) for (const person of this.people.managers()) found.add(person);
    for (const { ownerMemberId } of path) add(ownerMemberId);
    if (!product) return found;
    const grants = [
      ...[...path.map((inside) => inside.resourceId), productId].flatMap((object) =>
        this.grants.on(object, product.ownershipNumber),
      ),
      ...this.grants.on(product.type),
    ];
    for (const holder of new Set(
      grants.flatMap((grant) => (rightsGivenBy(grant.right).includes(right) ? [grant.holder] : [])),
    )) {
      if (holder === ORGANIZATION) for (const person of this.people.all()) found.add(person);
      else for (const memberId of this.grants.membersOf(holder)) add(memberId);
    }
    return found;
  }

  /** Resolved on first use and again after one of its paths has ended; undefined for people without any rights. */
  private principal(accountId: string, at: number): ResolvedPrincipal | undefined {
    const known = this.principals.get(accountId);
    if (known && at >= known.validFrom && at < known.validUntil) return known;
    const person = this.people.find(accountId);
    if (!person || denialFor(person)) return undefined;
    const principal = resolvePrincipal(this, person, at);
    this.principals.set(accountId, principal);
    return principal;
  }

  /** Computed on first use; undefined for an unknown product. */
  private grantsOfProduct(productId: string): ProductGrants | undefined {
    const known = this.productGrants.get(productId);
    if (known) return known;
    const product = this.products.product(productId);
    if (!product) return undefined;
    const grantsOfProduct = {
      product,
      onProduct: this.grants.packedGrantsOn(productId, product.ownershipNumber),
      onType: this.grants.packedGrantsOn(product.type),
      typeRights: this.typeRights.of(product.type),
    };
    this.productGrants.set(productId, grantsOfProduct);
    return grantsOfProduct;
  }

  /** Accepts account ids and member ids. Principals of former members are removed with their accounts. */
  private invalidatePrincipals(concerned: Iterable<string> | 'all'): void {
    if (concerned === 'all') this.principals.clear();
    else for (const id of concerned) this.principals.delete(this.people.member(id)?.accountId ?? id);
  }
}

/** Avoids an intermediate array, which could have tens of thousands of elements. */
function union(...parts: Iterable<Product>[]): Set<Product> {
  const found = new Set<Product>();
  for (const part of parts) for (const product of part) found.add(product);
  return found;
}
