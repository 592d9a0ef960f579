import type { Input, Output } from '@cordee/contracts/contract';
import { newId, type Id, type IdPrefix } from '@cordee/contracts/id';
import { listRecipients } from '@cordee/contracts/identity/member';
import type { Role } from '@cordee/contracts/permissions';
import { getCatalogue } from '@cordee/contracts/products/product-type';
import { explainAccess } from '@cordee/contracts/teams/access';
import { giveGrant, listGrants } from '@cordee/contracts/teams/grant';
import {
  getGrantSnapshot,
  type GrantSnapshot,
  type GrantHolder,
  type GrantObject,
  type SnapshotHolder,
} from '@cordee/contracts/teams/grant-snapshot';
import { changeTeam, createTeam, listTeams } from '@cordee/contracts/teams/team';
import type { StubbedProduct } from '@cordee/testing/stubbed-snapshots';
import { TestService, type Caller } from '@cordee/testing/test-service';
import type * as z from 'zod';
import { teamsService } from '../src/teams.service.ts';

type AccountId = `acc_${string}`;
type TeamId = `team_${string}`;
type ProductId = `prd_${string}`;
type ResourceId = `res_${string}`;
export type ProductType = Output<typeof getCatalogue>['data'][number];
export type PersonName = 'chief' | 'admin' | 'ben' | 'cleo' | 'eva';

const HOUR = 3_600_000;
const roles: Record<PersonName, Role> = {
  chief: 'legal_representative',
  admin: 'administrator',
  ben: 'collaborator',
  cleo: 'collaborator',
  eva: 'external',
};

export const id = <P extends IdPrefix>(prefix: P): Id<P> => newId(prefix, new Date());

/** The twelve rights on a mail address (PROD-2). */
export const mailAddressRights = [
  'devices',
  'auto_reply',
  'signatures',
  'forwarding',
  'aliases',
  'history',
  'restore',
  'filters',
  'rules',
  'folders',
  'security',
  'sending',
];

export const resourceKind = (name: string, rights: string[], defaultRights: string[] = []) => ({
  kind: name,
  rights,
  defaultRights,
});
export const productType = (
  key: string,
  rights: string[],
  resourceRights: ReturnType<typeof resourceKind>[] = [],
  retiredKinds: ReturnType<typeof resourceKind>[] = [],
): ProductType => ({
  key,
  name: key,
  rights,
  resourceKinds: resourceRights.map(({ kind }) => kind),
  resourceRights,
  vatClass: 'standard',
  canOrderWarranty: true,
  prices: [],
  productRights: rights,
  blockedStatus: 'blocked',
  firstResourceKind: null,
  isRetired: false,
  retiredKinds,
  retiredRights: [],
  version: 1,
});

/** The rights of a product type in the form that access caches receive from the service products. */
const rightsOfType = ({ key, rights, resourceRights, retiredKinds, retiredRights }: ProductType) => ({
  type: key,
  rights: [
    ...rights,
    ...[...resourceRights, ...retiredKinds].flatMap((kindRights) => kindRights.rights),
    ...retiredRights.map(({ right }) => right),
  ],
});

/** The input for grants of these rights on all products of the type `web_hosting`. */
export const hostingGrants = (...rights: string[]) => [
  { object: { kind: 'product_type' as const, type: 'web_hosting' }, rights },
];

/** The service teams. The other services that the service calls are stubbed. */
export class TeamsFixture {
  /** The stubbed catalogue. */
  catalogue = [
    productType('web_hosting', ['technical', 'statistics']),
    productType(
      'drive',
      ['admin', 'user', 'view', 'change', 'manage', 'read'],
      [resourceKind('folder', ['view', 'change', 'manage', 'read'])],
      [resourceKind('list', ['view'])],
    ),
    productType(
      'mail_service',
      ['technical'],
      [resourceKind('mail_address', [...mailAddressRights, 'read'], ['auto_reply', 'signatures'])],
    ),
  ];

  private constructor(readonly test: TestService) {}

  static async start(environment: Record<string, string> = {}): Promise<TeamsFixture> {
    const fixture = new TeamsFixture(await TestService.start(teamsService, environment));
    const { test } = fixture;
    await test.stub(getCatalogue, () => ({ data: fixture.catalogue }));
    test.stubbedSnapshots.typeRights = () => fixture.catalogue.map(rightsOfType);
    await test.stub(listRecipients, ({ organizationId }) => ({
      data: test.stubbedSnapshots.people.get(organizationId)!.map(({ accountId, role, flags, isBlocked }) => ({
        accountId,
        name: `Name of ${role}`,
        email: 'someone@example.ch',
        locale: 'en' as const,
        role,
        flags,
        isBlocked,
      })),
    }));
    return fixture;
  }

  /** The instant in `hours` hours: 0 is now, and a negative number is in the past. */
  inHours(hours: number): string {
    return new Date(this.test.process.clock.now().getTime() + hours * HOUR).toISOString();
  }

  advanceHours(hours: number): void {
    this.test.moveClockTo(this.inHours(hours));
  }

  /** The published events of an entity, for example a team, a grant or a resource. */
  async eventsOf(entityId: string) {
    return (await this.test.outbox()).filter(({ event }) => event.subject === entityId);
  }

  /** The last part of the event types of an entity, oldest first. */
  async eventTypesOf(entityId: string): Promise<string[]> {
    return (await this.eventsOf(entityId)).map(({ type }) => type.split('.').at(-1)!);
  }
}

/**
 * An organization with a legal representative (chief), an administrator, two collaborators and an external. It has a
 * hosting, a drive and a mail service. The drive has a folder, an inner folder and a resource of a retired kind.
 */
export class Customer {
  readonly organizationId = id('org');
  readonly people: Record<PersonName, AccountId> = {
    chief: id('acc'),
    admin: id('acc'),
    ben: id('acc'),
    cleo: id('acc'),
    eva: id('acc'),
  };
  readonly as = Object.fromEntries(Object.entries(this.people).map(([name, account]) => [name, { account }])) as Record<
    PersonName,
    Caller
  >;
  readonly hosting = id('prd');
  readonly drive = id('prd');
  readonly mail = id('prd');
  readonly folder = id('res');
  readonly innerFolder = id('res');
  readonly retiredKindResource = id('res');
  readonly products: StubbedProduct[] = [
    { productId: this.hosting, type: 'web_hosting', name: 'secret-hosting.example', resources: [] },
    {
      productId: this.drive,
      type: 'drive',
      name: 'secret-drive',
      resources: [
        { resourceId: this.folder, kind: 'folder' },
        { resourceId: this.innerFolder, kind: 'folder', parentId: this.folder },
        { resourceId: this.retiredKindResource, kind: 'list' },
      ],
    },
    { productId: this.mail, type: 'mail_service', name: 'secret-mail', resources: [] },
  ];

  constructor(readonly fixture: TeamsFixture) {
    const { stubbedSnapshots } = fixture.test;
    stubbedSnapshots.people.set(
      this.organizationId,
      (Object.keys(roles) as PersonName[]).map((name) => ({
        accountId: this.people[name],
        memberId: id('mem'),
        role: roles[name],
        flags: [],
        isBlocked: false,
      })),
    );
    stubbedSnapshots.products.set(this.organizationId, this.products);
  }

  findProduct(productId: ProductId): StubbedProduct {
    return this.products.find((product) => product.productId === productId)!;
  }

  /** Adds a product, or replaces the product with the same id. */
  putProduct(product: StubbedProduct): void {
    const index = this.products.findIndex(({ productId }) => productId === product.productId);
    this.products.splice(index < 0 ? this.products.length : index, index < 0 ? 0 : 1, product);
    this.fixture.test.snapshotChanged('products', this.organizationId);
  }

  /** Replaces the content of the drive by one folder with an owner. Returns the id of the folder. */
  putOwnedFolder(owner: PersonName): `res_${string}` {
    const resourceId = id('res');
    this.putProduct({
      productId: this.drive,
      type: 'drive',
      name: 'drive',
      resources: [{ resourceId, name: 'plans', ownerAccountId: this.people[owner] }],
    });
    return resourceId;
  }

  /** Changes a member in the stubbed snapshot. */
  changeMember(
    accountId: AccountId,
    changes: Partial<{ role: Role; isBlocked: boolean; memberId: `mem_${string}` }>,
  ): void {
    const { stubbedSnapshots } = this.fixture.test;
    stubbedSnapshots.people.set(
      this.organizationId,
      stubbedSnapshots.people
        .get(this.organizationId)!
        .map((person) => (person.accountId === accountId ? { ...person, ...changes } : person)),
    );
    this.fixture.test.snapshotChanged('people', this.organizationId);
  }

  /** Removes a person from the stubbed snapshot, without an event. */
  removePerson(name: PersonName): void {
    const { people } = this.fixture.test.stubbedSnapshots;
    const remaining = people.get(this.organizationId)!.filter(({ accountId }) => accountId !== this.people[name]);
    people.set(this.organizationId, remaining);
    this.fixture.test.snapshotChanged('people', this.organizationId);
  }

  /** The current member id of an account. */
  memberIdOf(accountId: AccountId): `mem_${string}` {
    return this.fixture.test.stubbedSnapshots.people
      .get(this.organizationId)!
      .find((person) => person.accountId === accountId)!.memberId;
  }

  accountOf(memberId: string): AccountId {
    return this.fixture.test.stubbedSnapshots.people
      .get(this.organizationId)!
      .find((person) => person.memberId === memberId)!.accountId;
  }

  /** Gives the person a new membership period without publishing events. Returns the former member id. */
  leaveAndReturn(name: PersonName): `mem_${string}` {
    const formerMemberId = this.memberIdOf(this.people[name]);
    this.changeMember(this.people[name], { memberId: id('mem') });
    return formerMemberId;
  }

  /** Adds collaborators to the organization. Returns their account ids. */
  addCollaborators(count: number): AccountId[] {
    const accounts = Array.from({ length: count }, () => id('acc'));
    const { stubbedSnapshots } = this.fixture.test;
    stubbedSnapshots.people.set(this.organizationId, [
      ...stubbedSnapshots.people.get(this.organizationId)!,
      ...accounts.map((accountId) => ({
        accountId,
        memberId: id('mem'),
        role: 'collaborator' as const,
        flags: [],
        isBlocked: false,
      })),
    ]);
    this.fixture.test.snapshotChanged('people', this.organizationId);
    return accounts;
  }

  /** The events of the organization, oldest first. */
  async listEvents() {
    return (await this.fixture.test.outbox()).filter(({ event }) => event.organizationid === this.organizationId);
  }

  createTeam(name: string, input: Partial<z.input<typeof createTeam.input>> = {}) {
    return this.fixture.test.call(createTeam, { organizationId: this.organizationId, name, ...input }, this.as.chief);
  }

  moveTeam(teamId: TeamId, parentId: TeamId | null): Promise<string> {
    return this.fixture.test.codeOf(
      changeTeam,
      { organizationId: this.organizationId, teamId, parentId },
      this.as.chief,
    );
  }

  async listTeams() {
    return (await this.fixture.test.call(listTeams, { organizationId: this.organizationId, limit: 200 }, this.as.chief))
      .data;
  }

  give(
    holder: GrantHolder | PersonName,
    right: string,
    object: GrantObject = { kind: 'product', productId: this.hosting },
    options: { endsAt?: string; reason?: string } = {},
  ) {
    return this.fixture.test.call(
      giveGrant,
      {
        organizationId: this.organizationId,
        holder: typeof holder === 'string' ? this.holderFor(holder) : holder,
        object,
        right,
        ...options,
      },
      this.as.chief,
    );
  }

  holderFor(name: PersonName): Extract<GrantHolder, { kind: 'account' }> {
    return { kind: 'account', accountId: this.people[name] };
  }

  /** The person as a holder in a snapshot, with the member id. */
  snapshotHolder(name: PersonName): SnapshotHolder {
    return { ...this.holderFor(name), memberId: this.memberIdOf(this.people[name]) };
  }

  async listGrants(filter: Partial<z.input<typeof listGrants.input>> = {}) {
    return (
      await this.fixture.test.call(
        listGrants,
        { organizationId: this.organizationId, limit: 200, ...filter },
        this.as.chief,
      )
    ).data;
  }

  /** True when the access cache of the process allows the person the right. */
  async may(
    who: PersonName | AccountId,
    right: string,
    productId: ProductId = this.hosting,
    resourceId?: ResourceId,
  ): Promise<boolean> {
    const { process } = this.fixture.test;
    const accountId = who in this.people ? this.people[who as PersonName] : (who as AccountId);
    return (await process.access.forOrganization(this.organizationId)).check({
      accountId,
      right,
      productId,
      resourceId,
      at: process.clock.now(),
    });
  }

  /** The rights, out of `rights`, that the access cache of the process allows the person. */
  async allowedRights(
    who: PersonName,
    rights: string[],
    productId: ProductId = this.hosting,
    resourceId?: ResourceId,
  ): Promise<string[]> {
    const isAllowed = await Promise.all(rights.map((right) => this.may(who, right, productId, resourceId)));
    return rights.filter((_, index) => isAllowed[index]);
  }

  explain(who: PersonName, right: string, caller: Caller = this.as.chief, productId: ProductId = this.hosting) {
    return this.fixture.test.call(
      explainAccess,
      { organizationId: this.organizationId, accountId: this.people[who], right, productId },
      caller,
    );
  }

  /** Loads all pages of the snapshot, like the access cache of a service. */
  async loadSnapshot(
    input: Pick<Input<typeof getGrantSnapshot>, 'since' | 'at' | 'about'> = {},
  ): Promise<GrantSnapshot & { pages: number }> {
    // The cursor contains the instant of the first page.
    const loadPage = (cursor?: string) =>
      this.fixture.test.call(
        getGrantSnapshot,
        { organizationId: this.organizationId, ...(cursor === undefined ? input : { cursor, about: input.about }) },
        { service: 'search' },
      );
    const snapshot = { ...(await loadPage()), pages: 1 };
    for (let cursor = snapshot.nextCursor; cursor !== null; snapshot.pages += 1) {
      const page = await loadPage(cursor);
      for (const name of ['teams', 'memberships', 'grants', 'restrictions'] as const)
        (snapshot[name] as unknown[]).push(...page[name]);
      cursor = page.nextCursor;
    }
    return { ...snapshot, nextCursor: null };
  }
}
