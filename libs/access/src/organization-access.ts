import type { AccessPart } from '@cordee/contracts/contract';
import type { MemberSnapshot } from '@cordee/contracts/identity/member';
import type { PermissionName } from '@cordee/contracts/permissions';
import type { ProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import type { GrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import {
  decide,
  grantsOn,
  isSupported,
  owns,
  type AccessSnapshot,
  type Decision,
  type HeldGrant,
  type Question,
} from './decide.ts';
import { Grants, type Grant } from './grants.ts';
import { People, stopOf, type Person, type SupportEntry } from './people.ts';
import { Products, type Product, type Resource } from './products.ts';
import { productsOf, reachedBy, rightsOnProducts, rightsOnResource, type Holding } from './holdings.ts';
import { isContentRight, rightsGivenBy } from './rights.ts';
import { RightSet } from './right-set.ts';
import { isRightInScope, type Scopes } from './scopes.ts';
import { checkPacked } from './packed-check.ts';
import { standingOf, type Shelf, type Standing } from './standing.ts';
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

/** What a person sees of a product. */
export interface VisibleProduct {
  /** Every resource, those that come later too. */
  readonly isWhole: boolean;
  /** The resources seen one by one. */
  readonly resourceIds: ReadonlySet<ResourceId>;
}

const WHOLE: VisibleProduct = { isWhole: true, resourceIds: new Set() };

/** The access facts of one organization, and the answers to who may do what in it. */
export class OrganizationAccess implements AccessSnapshot {
  people = new People();
  grants = new Grants();
  products = new Products();
  private readonly none = RightSet.empty();
  private readonly standings = new Map<string, Standing>();
  private readonly shelves = new Map<string, Shelf>();

  constructor(readonly typeRights: TypeRights) {}

  /** Facts that are all there; for answers about the past, and for tests. */
  static from(rows: PartRows, typeRights: TypeRights): OrganizationAccess {
    const access = new OrganizationAccess(typeRights);
    access.take('people', rows.people);
    access.take('grants', rows.grants);
    access.take('products', rows.products);
    return access;
  }

  /** Takes rows of a part: changes of what is known, or, with `changed: null`, more of it. */
  take<P extends AccessPart>(part: P, rows: PartRows[P]): void {
    if (part !== 'people') this.shelves.clear();
    this.forget((this[part] as { take(rows: PartRows[P]): Iterable<string> | 'all' }).take(rows));
  }

  /** Takes all pages of a part in the place of what is known of it. */
  replace<P extends AccessPart>(part: P, pages: readonly PartRows[P][]): void {
    const next =
      part === 'people'
        ? (this.people = new People())
        : part === 'grants'
          ? (this.grants = new Grants())
          : (this.products = new Products());
    for (const page of pages) (next as { take(rows: unknown): unknown }).take(page);
    this.shelves.clear();
    this.forget('all');
  }

  /** Whether there is a product of a type that was not in the catalogue when it was last read. */
  hasUnknownType(): boolean {
    return this.products.types().some((type) => this.typeRights.of(type).size === 0);
  }

  /** Whether a permission of a door is held. */
  may(accountId: string, permission: PermissionName): boolean {
    return this.people.may(accountId, permission);
  }

  /** May this person do this? The same answer as `decide`, by the fast path (packed-check.ts) where it can tell. */
  check(question: Question): boolean {
    if (question.scopes !== undefined && !isRightInScope(question.scopes, question.right)) return false;
    const at = question.at.getTime();
    const standing = this.standing(question.accountId, at);
    const shelf = standing && this.shelf(question.productId);
    if (shelf !== undefined && checkPacked(this, standing!, shelf, question, at)) return true;
    // Nearly nobody is let in: what they may is not worked out beforehand.
    return this.people.supportOf(question.accountId, at).length > 0 && decide(this, question).allowed;
  }

  /** The answer with every chain that gives the right, or why not. */
  decide(question: Question): Decision {
    return decide(this, question, this.standing(question.accountId, question.at.getTime())?.ways);
  }

  /** Everybody who has the right on the thing (ACC-2), in no order; people of the organization with their role, the staff that was let in as `support`. */
  whoHas(
    thing: Omit<Question, 'accountId' | 'scopes'>,
  ): { accountId: AccountId; role: Person['role'] | 'support'; decision: Decision }[] {
    const candidates = new Map<AccountId, Person['role'] | 'support'>(
      this.people.supportAt(thing.at.getTime()).map(({ accountId }) => [accountId, 'support']),
    );
    for (const { accountId, role } of this.candidates(thing)) candidates.set(accountId, role);
    return [...candidates].flatMap(([accountId, role]) => {
      const decision = this.decide({ ...thing, accountId });
      return decision.allowed ? [{ accountId, role, decision }] : [];
    });
  }

  /** Everything a person has some right on (ACC-2), products first, each followed by its resources. For whoever manages, every product; for the staff, those that it was let in for. `scopes` are those of the token with which somebody asks for themself. */
  whatCan(accountId: AccountId, at: Date, scopes?: Scopes): Holding[] {
    const standing = this.standing(accountId, at.getTime());
    const supported = this.supportedProducts(accountId, at);
    if (!standing) return supported.map((product) => ({ product, resource: undefined, rights: this.none }));
    const reached = reachedBy(this, standing, at.getTime(), this.none);
    const { resources } = reached;
    const rightsOn = rightsOnProducts(standing, reached, this.none);
    const within = (rights: RightSet): RightSet =>
      scopes === undefined ? rights : rights.only((right) => isRightInScope(scopes, right));
    const found: Holding[] = [];
    for (const product of together(productsOf(this, standing, reached), resources.keys(), supported)) {
      const whole: Holding = { product, resource: undefined, rights: within(rightsOn(product)) };
      let hasSome = standing.isManager || whole.rights.size > 0 || supported.includes(product);
      const place = found.push(whole);
      for (const resource of resources.get(product) ?? []) {
        const { rights, isRestricted } = rightsOnResource(this, standing, product, resource, at.getTime(), this.none);
        const left = within(rights);
        if (left.size > 0) hasSome = true;
        if (left.size > 0 || isRestricted) found.push({ product, resource, rights: left });
      }
      if (!hasSome) found.length = place - 1;
    }
    return found;
  }

  /** The grants that reach a person on a thing, whatever their rights: through what they have what `whatCan` lists. */
  grantsOn(accountId: AccountId, { product, resource }: Pick<Holding, 'product' | 'resource'>, at: Date): HeldGrant[] {
    const standing = this.standing(accountId, at.getTime());
    return standing
      ? grantsOn(
          this,
          { product, path: resource ? this.products.pathOf(resource) : [] },
          standing.person,
          standing.ways,
          at.getTime(),
        )
      : [];
  }

  /** Whether the person is in the team at the instant, or in one that stands in it. */
  isInTeam(accountId: AccountId, teamId: string, at: Date): boolean {
    return this.standing(accountId, at.getTime())?.ways.has(teamId) ?? false;
  }

  /** The grants that reach everybody in a team: its own, and those of the teams that it stands in. */
  givenToTeam(teamId: string, at: Date): { grant: Grant; from: { teamId: `team_${string}`; name: string } }[] {
    return this.grants.teams.pathOf(teamId, at.getTime()).flatMap((from) =>
      this.grants
        .heldBy(from.teamId)
        .filter((grant) => grant.endsAt > at.getTime() && this.isPresent(grant))
        .map((grant) => ({ grant, from })),
    );
  }

  /**
   * The products that a person may know of: those on which something reaches them. A block stops what they do with a product, not that they
   * see it: they are told that it is blocked.
   */
  visibleProducts(accountId: AccountId, at: Date): Map<ProductId, VisibleProduct> {
    const visible = new Map<ProductId, VisibleProduct>();
    for (const { productId } of this.supportedProducts(accountId, at)) visible.set(productId, WHOLE);
    const standing = this.standing(accountId, at.getTime());
    if (!standing) return visible;
    const reached = reachedBy(this, standing, at.getTime(), this.none);
    const supported = new Set(visible.keys());
    for (const { productId } of productsOf(this, standing, reached)) visible.set(productId, WHOLE);
    if (standing.isManager) return visible;
    for (const [product, inside] of reached.resources) {
      if (supported.has(product.productId)) continue;
      const isWhole = visible.has(product.productId);
      // Where inheritance is restricted somewhere, what is seen is named one by one.
      if (
        isWhole &&
        !inside.some(({ resourceId }) => this.grants.restrictionsOn(resourceId, product.ownershipNumber).length > 0)
      )
        continue;
      const named = isWhole ? this.products.resourcesOf(product.productId) : this.products.inside(inside);
      const resourceIds = new Set(
        [...named]
          .filter((resource) => this.isReached(standing.person, product, resource, at))
          .map(({ resourceId }) => resourceId),
      );
      if (isWhole || resourceIds.size > 0) visible.set(product.productId, { isWhole: false, resourceIds });
    }
    return visible;
  }

  /** About how many bytes the facts take, with how everybody stands; measured by the benchmark of access. */
  get weight(): number {
    return 2_000 + this.people.size * 2_500 + this.grants.size * 250 + this.products.size * 340;
  }

  /** Whether something on the resource is given to the person, or it is theirs. */
  private isReached(person: Person, product: Product, resource: Resource, at: Date): boolean {
    return (
      owns(person, { product, path: this.products.pathOf(resource) }) ||
      this.grantsOn(person.accountId, { product, resource }, at).some(({ gives }) => gives.length > 0)
    );
  }

  /** Whether what it is on is here, in the possession that it was given in. */
  private isPresent({ object, ownershipNumber }: Grant): boolean {
    const productId = this.products.resource(object)?.productId ?? object;
    const product = this.products.product(productId);
    return product
      ? product.ownershipNumber === ownershipNumber
      : !object.startsWith('res_') && !object.startsWith('prd_');
  }

  /** The accesses under which a member of the staff is let in to a product. */
  supportFor(accountId: AccountId, product: Product, at: Date): SupportEntry[] {
    return this.people
      .supportOf(accountId, at.getTime())
      .filter((entry) => isSupported(this, entry, product, at.getTime()));
  }

  /** The products that a member of the staff was let in for. */
  private supportedProducts(accountId: AccountId, at: Date): Product[] {
    const entries = this.people.supportOf(accountId, at.getTime());
    return entries.length === 0
      ? []
      : [...this.products.all()].filter((product) =>
          entries.some((entry) => isSupported(this, entry, product, at.getTime())),
        );
  }

  /** Who could have the right: nobody else does. */
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
    const given = [
      ...[...path.map((inside) => inside.resourceId), productId].flatMap((object) =>
        this.grants.on(object, product.ownershipNumber),
      ),
      ...this.grants.on(product.type),
    ];
    for (const holder of new Set(
      given.flatMap((grant) => (rightsGivenBy(grant.right).includes(right) ? [grant.holder] : [])),
    )) {
      if (holder === ORGANIZATION) for (const person of this.people.all()) found.add(person);
      else for (const memberId of this.grants.membersOf(holder)) add(memberId);
    }
    return found;
  }

  /** Worked out when first asked for, again when something in it has ended; undefined for who has no rights at all. */
  private standing(accountId: string, at: number): Standing | undefined {
    const known = this.standings.get(accountId);
    if (known && at >= known.from && at < known.until) return known;
    const person = this.people.find(accountId);
    if (!person || stopOf(person)) return undefined;
    const standing = standingOf(this, person, at);
    this.standings.set(accountId, standing);
    return standing;
  }

  /** Made when first asked for; undefined for a product that is not there. */
  private shelf(productId: string): Shelf | undefined {
    const known = this.shelves.get(productId);
    if (known) return known;
    const product = this.products.product(productId);
    if (!product) return undefined;
    const shelf = {
      product,
      onProduct: this.grants.givenOn(productId, product.ownershipNumber),
      onType: this.grants.givenOn(product.type),
      rights: this.typeRights.of(product.type),
    };
    this.shelves.set(productId, shelf);
    return shelf;
  }

  /** Accounts, or members: how those stand who have left is forgotten with them. */
  private forget(concerned: Iterable<string> | 'all'): void {
    if (concerned === 'all') this.standings.clear();
    else for (const id of concerned) this.standings.delete(this.people.member(id)?.accountId ?? id);
  }
}

/** Each once, without a list of them all in between: they may be tens of thousands. */
function together(...parts: Iterable<Product>[]): Set<Product> {
  const found = new Set<Product>();
  for (const part of parts) for (const product of part) found.add(product);
  return found;
}
