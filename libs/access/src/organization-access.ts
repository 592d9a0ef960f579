import type { AccessPart } from '@cordee/contracts/contract';
import type { MemberSnapshot } from '@cordee/contracts/identity/member';
import type { PermissionName } from '@cordee/contracts/permissions';
import type { ProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import type { GrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { owns, type AccessSnapshot } from './access-snapshot.ts';
import { decideAccess, decideForEveryone, coversProduct, type Decision, type Question } from './decide-access.ts';
import { findHeldGrants, type HeldGrant } from './held-grants.ts';
import { Grants, type Grant } from './grant-index.ts';
import { People, denialFor, type Person, type SupportEntry } from './people.ts';
import { Products, type Product, type Resource } from './products.ts';
import {
  grantedProducts,
  collectGrants,
  createRightsCalculator,
  rightsOnResource,
  type AccessEntry,
} from './effective-access.ts';
import { RightSet } from './right-set.ts';
import { isRightInScope, type Scopes } from './scopes.ts';
import { checkPacked } from './packed-check.ts';
import type { ProductGrants } from './packed-grants.ts';
import { resolvePrincipal, type ResolvedPrincipal } from './resolve-principal.ts';
import type { TypeRights } from './type-rights.ts';

type AccountId = `acc_${string}`;
type ProductId = `prd_${string}`;
type ResourceId = `res_${string}`;

/** The rows of each part, as the service that stores it sends them. */
export interface PartRows {
  people: Pick<MemberSnapshot, 'changed' | 'people' | 'support'>;
  grants: Pick<GrantSnapshot, 'changed' | 'teams' | 'memberships' | 'grants' | 'packedGrants' | 'restrictions'>;
  products: Pick<ProductSnapshot, 'changed' | 'products' | 'resources'>;
}

/** The part of a product that a person may see. */
export interface VisibleProduct {
  /** True when all resources of the product are visible, also future resources. */
  readonly isWhole: boolean;
  /** The visible resources when the product is not visible as a whole. */
  readonly resourceIds: ReadonlySet<ResourceId>;
}

const WHOLE_PRODUCT: VisibleProduct = { isWhole: true, resourceIds: new Set() };

/** The access data of one organization, and the decisions made from it. */
export class OrganizationAccess implements AccessSnapshot {
  people = new People();
  grants = new Grants();
  products = new Products();
  /** The empty set, from which all other sets of this organization derive. */
  private readonly noRights = RightSet.empty();
  private readonly principals = new Map<string, ResolvedPrincipal>();
  private readonly productGrants = new Map<string, ProductGrants>();

  constructor(readonly typeRights: TypeRights) {}

  /** Creates the access from complete rows, for questions about the past and for tests. */
  static from(rows: PartRows, typeRights: TypeRights): OrganizationAccess {
    const access = new OrganizationAccess(typeRights);
    access.apply('people', rows.people);
    access.apply('grants', rows.grants);
    access.apply('products', rows.products);
    return access;
  }

  /**
   * Applies rows of a part. With `changed: null`, the rows are one more page of a complete snapshot; otherwise they are
   * changes.
   */
  apply<P extends AccessPart>(part: P, rows: PartRows[P]): void {
    if (part !== 'people') this.productGrants.clear();
    this.invalidatePrincipals((this[part] as { apply(rows: PartRows[P]): Iterable<string> | 'all' }).apply(rows));
  }

  /**
   * Starts to replace a part by a complete snapshot. The caller adds the pages as they arrive; `complete` makes the new
   * part visible.
   */
  startReplacement<P extends AccessPart>(part: P): { addPage(page: PartRows[P]): void; complete(): void } {
    const newParts = { people: () => new People(), grants: () => new Grants(), products: () => new Products() };
    const newPart = newParts[part]();
    return {
      addPage: (page) => void (newPart as { apply(rows: PartRows[P]): unknown }).apply(page),
      complete: () => {
        (this as Record<AccessPart, unknown>)[part] = newPart;
        this.productGrants.clear();
        this.invalidatePrincipals('all');
      },
    };
  }

  /** True when a product has a type that the type-rights cache does not know. */
  hasUnknownType(): boolean {
    return this.products.types().some((type) => !this.typeRights.isKnown(type));
  }

  may(accountId: string, permission: PermissionName): boolean {
    return this.people.may(accountId, permission);
  }

  /** True when `decide` would allow the right. Uses the fast path (packed-check.ts) where possible. */
  check(question: Question): boolean {
    if (question.scopes !== undefined && !isRightInScope(question.scopes, question.right)) return false;
    const at = question.at.getTime();
    const principal = this.principal(question.accountId, at);
    const grantsOfProduct = principal && this.grantsOfProduct(question.productId);
    if (grantsOfProduct !== undefined && checkPacked(this, principal!, grantsOfProduct, question, at)) return true;
    // Support access is rare, so the fast path does not cover it.
    return this.people.supportEntriesOf(question.accountId, at).length > 0 && decideAccess(this, question).isAllowed;
  }

  /** The decision with every chain, or with the reason of the denial. */
  decide(question: Question): Decision {
    return decideAccess(this, question, this.principal(question.accountId, question.at.getTime())?.paths);
  }

  /**
   * Finds the accounts that have the right on the target (ACC-2), in no particular order. Members have their role;
   * staff under a support access have the role `support`.
   */
  findAccountsWithRight(
    target: Omit<Question, 'accountId' | 'scopes'>,
  ): { accountId: AccountId; role: Person['role'] | 'support'; decision: Decision }[] {
    const holders = decideForEveryone(this, target);
    const staffIds = new Set(this.people.supportEntriesAt(target.at.getTime()).map(({ accountId }) => accountId));
    if (staffIds.size === 0) return holders;
    // A member of staff can be a member of the organization as well.
    const staff = [...staffIds].flatMap((accountId) => {
      const decision = this.decide({ ...target, accountId });
      return decision.isAllowed
        ? [{ accountId, role: this.people.find(accountId)?.role ?? ('support' as const), decision }]
        : [];
    });
    return [...holders.filter(({ accountId }) => !staffIds.has(accountId)), ...staff];
  }

  /**
   * The products and resources on which a person has rights (ACC-2), each product followed by its resources. A manager
   * has every product; staff have the products that their support accesses cover. `scopes` are the scopes of the API
   * token that the person uses.
   */
  listAccessEntries(accountId: AccountId, at: Date, scopes?: Scopes): AccessEntry[] {
    const principal = this.principal(accountId, at.getTime());
    const supportedProducts = this.supportedProducts(accountId, at);
    if (!principal)
      return supportedProducts.map((product) => ({ product, resource: undefined, rights: this.noRights }));
    const collected = collectGrants(this, principal, at.getTime(), this.noRights);
    const { resources } = collected;
    const computeRights = createRightsCalculator(principal, collected, this.noRights);
    const keepRightsInScope = (rights: RightSet): RightSet =>
      scopes === undefined ? rights : rights.filter((right) => isRightInScope(scopes, right));
    const entries: AccessEntry[] = [];
    for (const product of unionOfProducts(
      grantedProducts(this, principal, collected),
      resources.keys(),
      supportedProducts,
    )) {
      const productEntry: AccessEntry = {
        product,
        resource: undefined,
        rights: keepRightsInScope(computeRights(product)),
      };
      let hasAnyRight = principal.isManager || productEntry.rights.size > 0 || supportedProducts.includes(product);
      const entryCount = entries.push(productEntry);
      for (const resource of resources.get(product) ?? []) {
        const { rights, isRestricted } = rightsOnResource(
          this,
          principal,
          { product, resource },
          at.getTime(),
          this.noRights,
        );
        const remainingRights = keepRightsInScope(rights);
        if (remainingRights.size > 0) hasAnyRight = true;
        if (remainingRights.size > 0 || isRestricted) entries.push({ product, resource, rights: remainingRights });
      }
      // Without any right, the entry of the product and the entries of its resources are removed again.
      if (!hasAnyRight) entries.length = entryCount - 1;
    }
    return entries;
  }

  /** The grants that apply to a person on a product or resource: the sources of the rights in `listAccessEntries`. */
  findHeldGrants(
    accountId: AccountId,
    { product, resource }: Pick<AccessEntry, 'product' | 'resource'>,
    at: Date,
  ): HeldGrant[] {
    const principal = this.principal(accountId, at.getTime());
    return principal
      ? findHeldGrants(
          this,
          { product, path: resource ? this.products.pathOf(resource) : [] },
          principal.person,
          principal.paths,
          at.getTime(),
        )
      : [];
  }

  /**
   * The people whom a person sees; undefined when the person sees all people. Everybody sees the managers. Members also
   * see the people of their teams and of the parents of their teams; externals see the leads of these teams. Token
   * scopes are not checked here.
   */
  visiblePeople(accountId: AccountId, at: Date): Set<AccountId> | undefined {
    if (this.people.mayRead(accountId, 'member:manage', at)) return undefined;
    const visible = new Set<AccountId>([accountId]);
    for (const manager of this.people.managers()) visible.add(manager.accountId);
    const principal = this.principal(accountId, at.getTime());
    if (!principal) return visible;
    const isExternal = principal.person.role === 'external';
    for (const holder of principal.paths.keys()) {
      const leadMemberId = this.grants.teams.find(holder)?.leadMemberId;
      for (const memberId of this.grants.teams.activeMembersOf(holder, at.getTime())) {
        const person = this.people.member(memberId);
        if (person && (!isExternal || memberId === leadMemberId)) visible.add(person.accountId);
      }
    }
    return visible;
  }

  /** True when the person is a member of the team, or of one of its child teams, at the instant. */
  isInTeam(accountId: AccountId, teamId: string, at: Date): boolean {
    return this.principal(accountId, at.getTime())?.paths.has(teamId) ?? false;
  }

  /** The grants that apply to all members of a team: the grants of the team and of its parents. */
  grantsOfTeam(teamId: string, at: Date): { grant: Grant; from: { teamId: `team_${string}`; name: string } }[] {
    return this.grants.teams.pathOf(teamId, at.getTime()).flatMap((from) =>
      this.grants
        .heldBy(from.teamId)
        .filter((grant) => grant.endsAt > at.getTime() && this.isInCurrentOwnership(grant))
        .map((grant) => ({ grant, from })),
    );
  }

  /**
   * The products that a person may see. A manager sees every product. Staff see the products that the givers of their
   * support accesses see. Other people see the products on which, or in which, they have a right. A block limits the
   * use of a product, not its visibility.
   */
  visibleProducts(accountId: AccountId, at: Date): Map<ProductId, VisibleProduct> {
    const visible = this.productsVisibleAsMember(accountId, at);
    for (const entry of this.people.supportEntriesOf(accountId, at.getTime())) {
      const giver = this.people.member(entry.grantedByMemberId)!;
      for (const [productId, visibleProduct] of this.productsVisibleAsMember(giver.accountId, at))
        if (coversProduct(this, entry, this.products.product(productId)!, at.getTime()))
          visible.set(productId, mergeVisibility(visibleProduct, visible.get(productId)));
    }
    return visible;
  }

  /** The products that a member may see without a support access. */
  private productsVisibleAsMember(accountId: AccountId, at: Date): Map<ProductId, VisibleProduct> {
    const visible = new Map<ProductId, VisibleProduct>();
    const principal = this.principal(accountId, at.getTime());
    if (!principal) return visible;
    const collected = collectGrants(this, principal, at.getTime(), this.noRights);
    for (const { productId } of grantedProducts(this, principal, collected)) visible.set(productId, WHOLE_PRODUCT);
    if (principal.isManager) return visible;
    for (const [product, resources] of collected.resources) {
      const hasProductRight = visible.has(product.productId);
      // A product with a restriction is not visible as a whole, so its visible resources are listed.
      if (
        hasProductRight &&
        !resources.some(({ resourceId }) => this.grants.restrictionsOn(resourceId, product.ownershipNumber).length > 0)
      )
        continue;
      const candidateResources = hasProductRight
        ? this.products.resourcesOf(product.productId)
        : this.products.withDescendants(resources);
      const resourceIds = new Set(
        [...candidateResources]
          .filter((resource) => this.hasRightOn(principal.person, product, resource, at))
          .map(({ resourceId }) => resourceId),
      );
      if (hasProductRight || resourceIds.size > 0) visible.set(product.productId, { isWhole: false, resourceIds });
    }
    return visible;
  }

  /** All products of the organization, each visible as a whole. */
  allProducts(): Map<ProductId, VisibleProduct> {
    return new Map([...this.products.all()].map(({ productId }) => [productId, WHOLE_PRODUCT]));
  }

  /** The approximate size, including resolved principals. The access benchmark measures the factors. */
  get sizeInBytes(): number {
    return 2_000 + this.people.size * 2_500 + this.grants.size * 250 + this.products.size * 340;
  }

  private hasRightOn(person: Person, product: Product, resource: Resource, at: Date): boolean {
    return (
      owns(person, { product, path: this.products.pathOf(resource) }) ||
      this.findHeldGrants(person.accountId, { product, resource }, at).some(({ givenRights }) => givenRights.length > 0)
    );
  }

  /**
   * True when the product of the object is in the ownership period of the grant. A grant on a product type is always
   * current, because a product type has no ownership period.
   */
  private isInCurrentOwnership({ object, ownershipNumber }: Grant): boolean {
    const productId = this.products.resource(object)?.productId ?? object;
    const product = this.products.product(productId);
    return product
      ? product.ownershipNumber === ownershipNumber
      : !object.startsWith('res_') && !object.startsWith('prd_');
  }

  /** The active support entries of a member of staff whose support access covers the product. */
  supportEntriesFor(accountId: AccountId, product: Product, at: Date): SupportEntry[] {
    return this.people
      .supportEntriesOf(accountId, at.getTime())
      .filter((entry) => coversProduct(this, entry, product, at.getTime()));
  }

  /** The products that the support accesses of a member of staff cover. */
  private supportedProducts(accountId: AccountId, at: Date): Product[] {
    const entries = this.people.supportEntriesOf(accountId, at.getTime());
    return entries.length === 0
      ? []
      : [...this.products.all()].filter((product) =>
          entries.some((entry) => coversProduct(this, entry, product, at.getTime())),
        );
  }

  /**
   * The resolved principal of an account: resolved on first use, and again after one of its paths (person → team →
   * parent) has ended. Undefined when the account is not a member, is blocked, or lacks a required second factor.
   */
  private principal(accountId: string, at: number): ResolvedPrincipal | undefined {
    const cached = this.principals.get(accountId);
    if (cached && at >= cached.validFrom && at < cached.validUntil) return cached;
    const person = this.people.find(accountId);
    if (!person || denialFor(person)) return undefined;
    const principal = resolvePrincipal(this, person, at);
    this.principals.set(accountId, principal);
    return principal;
  }

  /** The packed grants of a product, computed on first use; undefined for an unknown product. */
  private grantsOfProduct(productId: string): ProductGrants | undefined {
    const cached = this.productGrants.get(productId);
    if (cached) return cached;
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

  /**
   * Removes the resolved principals. `ids` has account ids and member ids. The member id of a former member is unknown,
   * so a former member is given by account id.
   */
  private invalidatePrincipals(ids: Iterable<string> | 'all'): void {
    if (ids === 'all') this.principals.clear();
    else for (const id of ids) this.principals.delete(this.people.member(id)?.accountId ?? id);
  }
}

/** Returns the part of a product that at least one of two people sees. */
const mergeVisibility = (one: VisibleProduct, other: VisibleProduct = one): VisibleProduct =>
  one.isWhole || other.isWhole
    ? WHOLE_PRODUCT
    : { isWhole: false, resourceIds: new Set([...one.resourceIds, ...other.resourceIds]) };

/** The products of all lists. Builds no intermediate array, which could have tens of thousands of elements. */
function unionOfProducts(...lists: Iterable<Product>[]): Set<Product> {
  const products = new Set<Product>();
  for (const list of lists) for (const product of list) products.add(product);
  return products;
}
