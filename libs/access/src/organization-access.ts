import type { AccessPart } from '@cordee/contracts/contract';
import type { PeopleFacts } from '@cordee/contracts/identity/member';
import type { PermissionName } from '@cordee/contracts/permissions';
import type { ProductFacts } from '@cordee/contracts/products/product-facts';
import type { GrantFacts } from '@cordee/contracts/teams/grant-facts';
import { decide, grantsOn, type AccessFacts, type Decision, type HeldGrant, type Question } from './decide.ts';
import { Grants, ORGANIZATION, type Grant } from './grants.ts';
import { People, type Person } from './people.ts';
import { Products, type Product, type Resource } from './products.ts';
import { reaches, reachOf, rightsOnProduct, type Reach } from './reach.ts';
import { isContentRight, rightsGivenBy } from './rights.ts';
import { RightSet } from './right-set.ts';

type AccountId = `acc_${string}`;
type ProductId = `prd_${string}`;
type ResourceId = `res_${string}`;

/** The rows of each part as its owner sends them. */
export interface PartRows {
  people: Pick<PeopleFacts, 'changed' | 'people'>;
  grants: Pick<GrantFacts, 'changed' | 'teams' | 'memberships' | 'grants' | 'restrictions'>;
  products: Pick<ProductFacts, 'changed' | 'products' | 'resources'>;
}

/** What a person sees of a product. */
export interface VisibleProduct {
  /** Every resource, those that come later too. */
  isWhole: boolean;
  /** The resources seen one by one. */
  resourceIds: Set<ResourceId>;
}

/** Something that a person has rights on; a resource is listed only where its rights differ from what it lies in. */
export interface Holding {
  product: Product;
  resource: Resource | undefined;
  /** What was given or is owned; besides that, whoever manages has every right by role but those on content. */
  rights: RightSet;
}

/** The access facts of one organization, and the answers to who may do what in it. */
export class OrganizationAccess implements AccessFacts {
  people = new People();
  grants = new Grants();
  products = new Products();
  private readonly none = RightSet.empty();
  private readonly reaches = new Map<string, Reach>();
  private reachSize = 0;

  /** Facts that are all there; for answers about the past, and for tests. */
  static from(rows: PartRows): OrganizationAccess {
    const access = new OrganizationAccess();
    access.take('people', rows.people);
    access.take('grants', rows.grants);
    access.take('products', rows.products);
    return access;
  }

  /** Takes rows of a part: changes of what is known, or, with `changed: null`, more of it. */
  take<P extends AccessPart>(part: P, rows: PartRows[P]): void {
    const concerned = part === 'people' ? this.people.take(rows as PartRows['people']) : part === 'grants' ? this.grants.take(rows as PartRows['grants']) : this.takeProducts(rows as PartRows['products']);
    this.forget(concerned);
  }

  /** Takes all pages of a part in the place of what is known of it. */
  replace<P extends AccessPart>(part: P, pages: readonly PartRows[P][]): void {
    const next = part === 'people' ? (this.people = new People()) : part === 'grants' ? (this.grants = new Grants()) : (this.products = new Products());
    for (const page of pages) (next as { take(rows: unknown): unknown }).take(page);
    this.forget('all');
  }

  /** Whether a permission of a door is held. */
  may(accountId: string, permission: PermissionName): boolean {
    return this.people.may(accountId, permission);
  }

  /** May this person do this? The same answer as `decide` gives, by looking it up. */
  check({ accountId, right, productId, resourceId, at }: Question): boolean {
    const reach = this.reach(accountId, at.getTime());
    return reach !== undefined && reaches(this, reach, right, productId, resourceId);
  }

  /** The answer with every chain that gives the right, or why not. */
  decide(question: Question): Decision {
    return decide(this, question);
  }

  /** Every person who has the right on the thing (ACC-2), in no order. */
  whoHas(thing: Omit<Question, 'accountId'>): { person: Person; decision: Decision }[] {
    return [...this.candidates(thing)].flatMap((person) => {
      const decision = this.decide({ ...thing, accountId: person.accountId });
      return decision.allowed ? [{ person, decision }] : [];
    });
  }

  /** Everything a person has some right on (ACC-2), products first, each followed by its resources. For whoever manages, every product. */
  whatCan(accountId: AccountId, at: Date): Holding[] {
    const reach = this.reach(accountId, at.getTime());
    if (!reach) return [];
    const resources = new Map<string, Holding[]>();
    const products = new Set<Product>(reach.isManager ? this.products.all() : []);
    for (const [object, rights] of reach.rights) {
      const product = this.products.product(object);
      if (product) products.add(product);
      const resource = product ? undefined : this.products.resource(object);
      const parent = resource && this.products.product(resource.productId);
      if (!parent) continue;
      products.add(parent);
      const holding = { product: parent, resource, rights };
      const known = resources.get(parent.productId);
      if (known) known.push(holding);
      else resources.set(parent.productId, [holding]);
    }
    for (const type of reach.types.keys()) for (const product of this.products.ofType(type)) products.add(product);
    return [...products].flatMap((product) => {
      const rights = rightsOnProduct(reach, product, this.none);
      const inside = (resources.get(product.productId) ?? []).filter((holding) => holding.rights.size > 0 || rights.size > 0);
      return reach.isManager || rights.size > 0 || inside.length > 0 ? [{ product, resource: undefined, rights }, ...inside] : [];
    });
  }

  /** The grants that reach a person on a thing, whatever their rights: through what they have what `whatCan` lists. */
  grantsOn(accountId: AccountId, { product, resource }: Pick<Holding, 'product' | 'resource'>, at: Date): HeldGrant[] {
    const person = this.people.find(accountId);
    if (!person || person.isBlocked) return [];
    const ways = this.grants.waysTo(accountId, person.role === 'external', at.getTime());
    return grantsOn(this, { product, path: resource ? this.products.pathOf(resource) : [] }, accountId, ways, at.getTime());
  }

  /** The grants that reach everybody in a team: its own, and those of the teams that it stands in. */
  givenToTeam(teamId: string, at: Date): { grant: Grant; from: { teamId: `team_${string}`; name: string } }[] {
    return this.grants.pathOf(teamId, at.getTime()).flatMap((from) => this.grants.heldBy(from.teamId).filter(({ endsAt }) => endsAt > at.getTime()).map((grant) => ({ grant, from })));
  }

  /**
   * The products that a person may know of: those on which something reaches them. A block stops what they do with a product, not that they
   * see it: they are told that it is blocked.
   */
  visibleProducts(accountId: AccountId, at: Date): Map<ProductId, VisibleProduct> {
    const visible = new Map<ProductId, VisibleProduct>();
    const reach = this.reach(accountId, at.getTime());
    if (!reach) return visible;
    const see = (productId: ProductId): VisibleProduct => {
      const seen = visible.get(productId) ?? { isWhole: false, resourceIds: new Set() };
      visible.set(productId, seen);
      return seen;
    };
    if (reach.isManager) {
      for (const { productId } of this.products.all()) see(productId).isWhole = true;
      return visible;
    }
    const roots = new Map<Product, Resource[]>();
    for (const type of reach.types.keys()) for (const { productId } of this.products.ofType(type)) see(productId).isWhole = true;
    for (const object of reach.rights.keys()) {
      const product = this.products.product(object);
      const resource = product ? undefined : this.products.resource(object);
      const parent = resource && this.products.product(resource.productId);
      if (product && this.grantsOn(accountId, { product, resource: undefined }, at).length > 0) see(product.productId).isWhole = true;
      if (resource && parent) roots.set(parent, [...(roots.get(parent) ?? []), resource]);
    }
    for (const [product, resources] of roots) {
      const isWhole = visible.get(product.productId)?.isWhole ?? false;
      // Where inheritance ends somewhere, what is seen is named one by one.
      if (isWhole && !resources.some(({ resourceId }) => this.grants.restrictionsOn(resourceId).length > 0)) continue;
      const inside = isWhole ? this.products.resourcesOf(product.productId) : this.products.inside(resources);
      const resourceIds = new Set([...inside].filter((resource) => this.isReached(accountId, product, resource, at)).map(({ resourceId }) => resourceId));
      if (isWhole || resourceIds.size > 0) visible.set(product.productId, { isWhole: false, resourceIds });
    }
    return visible;
  }

  /** About how many bytes the facts and what was worked out from them take; measured by the benchmark of access. */
  get weight(): number {
    return this.people.size * 400 + this.grants.size * 260 + this.products.size * 420 + this.reachSize * 60;
  }

  /** Whether something on the resource is given to the person, or it is theirs. */
  private isReached(accountId: AccountId, product: Product, resource: Resource, at: Date): boolean {
    return this.products.pathOf(resource).some(({ ownerAccountId }) => ownerAccountId === accountId) || this.grantsOn(accountId, { product, resource }, at).some(({ isCut }) => !isCut);
  }

  /** Who could have the right: nobody else does. */
  private candidates({ right, productId, resourceId }: Omit<Question, 'accountId'>): Set<Person> {
    const product = this.products.product(productId);
    const resource = resourceId === undefined ? undefined : this.products.resource(resourceId);
    const path = resource ? this.products.pathOf(resource) : [];
    const found = new Set<Person>();
    const add = (accountId: string | null): void => {
      const person = accountId === null ? undefined : this.people.find(accountId);
      if (person) found.add(person);
    };
    if (!isContentRight(right)) for (const person of this.people.managers()) found.add(person);
    for (const { ownerAccountId } of path) add(ownerAccountId);
    for (const object of [...path.map((inside) => inside.resourceId), productId, product?.type ?? '']) {
      for (const grant of this.grants.on(object)) {
        if (!rightsGivenBy(grant.right).includes(right)) continue;
        if (grant.holder === ORGANIZATION) for (const person of this.people.all()) found.add(person);
        else for (const accountId of this.grants.peopleOf(grant.holder)) add(accountId);
      }
    }
    return found;
  }

  /** Worked out when first asked for, again when it has run out; undefined for who has no rights at all. */
  private reach(accountId: string, at: number): Reach | undefined {
    const known = this.reaches.get(accountId);
    if (known && at >= known.from && at < known.until) return known;
    const person = this.people.find(accountId);
    if (!person || person.isBlocked) return undefined;
    const reach = reachOf(this, person, at, this.none);
    this.reachSize += reach.rights.size - (known?.rights.size ?? 0);
    this.reaches.set(accountId, reach);
    return reach;
  }

  private takeProducts(rows: PartRows['products']): 'all' {
    this.products.take(rows);
    return 'all';
  }

  private forget(accounts: Iterable<string> | 'all'): void {
    if (accounts === 'all') {
      this.reaches.clear();
      this.reachSize = 0;
      return;
    }
    for (const accountId of accounts) {
      this.reachSize -= this.reaches.get(accountId)?.rights.size ?? 0;
      this.reaches.delete(accountId);
    }
  }
}
