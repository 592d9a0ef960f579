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
import { TestService, type Caller, type StubbedProduct } from '@cordee/testing/test-service';
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
export const switches = [
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

export const kind = (name: string, rights: string[], defaultRights: string[] = []) => ({
  kind: name,
  rights,
  defaultRights,
});
export const productType = (
  key: string,
  rights: string[],
  resourceRights: ReturnType<typeof kind>[] = [],
  retiredKinds: ReturnType<typeof kind>[] = [],
): ProductType => ({
  key,
  name: key,
  rights,
  resourceKinds: resourceRights.map((one) => one.kind),
  resourceRights,
  vatClass: 'standard',
  isWarrantyAtOrder: true,
  prices: [],
  productRights: rights,
  blockedStatus: 'blocked',
  firstResourceKind: null,
  isRetired: false,
  retiredKinds,
  retiredRights: [],
  version: 1,
});

/** The rights of the type in the snapshot of products. */
const rightsOfType = ({ key, rights, resourceRights, retiredKinds, retiredRights }: ProductType) => ({
  type: key,
  rights: [
    ...rights,
    ...[...resourceRights, ...retiredKinds].flatMap((each) => each.rights),
    ...retiredRights.map(({ right }) => right),
  ],
});

/** All products of the hosting type, with these rights. */
export const hostings = (...rights: string[]) => [
  { object: { kind: 'product_type' as const, type: 'web_hosting' }, rights },
];

/** The teams service with stubbed neighbours. */
export class TeamsFixture {
  /** The stubbed catalogue. */
  catalogue = [
    productType('web_hosting', ['technical', 'statistics']),
    productType(
      'drive',
      ['admin', 'user', 'view', 'change', 'manage', 'read'],
      [kind('folder', ['view', 'change', 'manage', 'read'])],
      [kind('list', ['view'])],
    ),
    productType(
      'mail_service',
      ['technical'],
      [kind('mail_address', [...switches, 'read'], ['auto_reply', 'signatures'])],
    ),
  ];

  private constructor(readonly test: TestService) {}

  static async start(): Promise<TeamsFixture> {
    const fixture = new TeamsFixture(await TestService.start(teamsService));
    const { test } = fixture;
    await test.answer(getCatalogue, () => ({ data: fixture.catalogue }));
    test.stubbedSnapshots.typeRights = () => fixture.catalogue.map(rightsOfType);
    await test.answer(listRecipients, ({ organizationId }) => ({
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

  inHours(hours: number): string {
    return new Date(this.test.process.clock.now().getTime() + hours * HOUR).toISOString();
  }

  advanceHours(hours: number): void {
    this.test.moveClockTo(this.inHours(hours));
  }

  /** The events of a team, a grant or a resource. */
  async eventsOf(entityId: string) {
    return (await this.test.outbox()).filter(({ event }) => event.subject === entityId);
  }

  /** The event types of an entity, oldest first. */
  async eventTypesOf(entityId: string): Promise<string[]> {
    return (await this.eventsOf(entityId)).map(({ type }) => type.split('.').at(-1)!);
  }
}

/**
 * An organization with a legal representative (chief), an administrator, two collaborators and an external. It has a
 * hosting, a drive with a nested folder and a list, and a mail service.
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
  readonly inner = id('res');
  readonly list = id('res');
  readonly products: StubbedProduct[] = [
    { productId: this.hosting, type: 'web_hosting', name: 'secret-hosting.example', resources: [] },
    {
      productId: this.drive,
      type: 'drive',
      name: 'secret-drive',
      resources: [
        { resourceId: this.folder, kind: 'folder' },
        { resourceId: this.inner, kind: 'folder', parentId: this.folder },
        { resourceId: this.list, kind: 'list' },
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

  /** Adds a product, or replaces the one with the same id. */
  sell(product: StubbedProduct): void {
    const known = this.products.findIndex(({ productId }) => productId === product.productId);
    this.products.splice(known < 0 ? this.products.length : known, known < 0 ? 0 : 1, product);
    this.fixture.test.snapshotChanged('products', this.organizationId);
  }

  /** Changes a member in the stubbed snapshot. */
  change(accountId: AccountId, to: Partial<{ role: Role; isBlocked: boolean; memberId: `mem_${string}` }>): void {
    const { stubbedSnapshots } = this.fixture.test;
    stubbedSnapshots.people.set(
      this.organizationId,
      stubbedSnapshots.people
        .get(this.organizationId)!
        .map((person) => (person.accountId === accountId ? { ...person, ...to } : person)),
    );
    this.fixture.test.snapshotChanged('people', this.organizationId);
  }

  /** The current member id of an account. */
  memberOf(accountId: AccountId): `mem_${string}` {
    return this.fixture.test.stubbedSnapshots.people
      .get(this.organizationId)!
      .find((person) => person.accountId === accountId)!.memberId;
  }

  accountOf(memberId: string): AccountId {
    return this.fixture.test.stubbedSnapshots.people
      .get(this.organizationId)!
      .find((person) => person.memberId === memberId)!.accountId;
  }

  /** Gives the person a new membership period without an event to teams. Returns the former member id. */
  leaveAndReturn(name: PersonName): `mem_${string}` {
    const before = this.memberOf(this.people[name]);
    this.change(this.people[name], { memberId: id('mem') });
    return before;
  }

  /** Adds collaborators. */
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
  async events() {
    return (await this.fixture.test.outbox()).filter(({ event }) => event.organizationid === this.organizationId);
  }

  team(name: string, rest: Partial<z.input<typeof createTeam.input>> = {}) {
    return this.fixture.test.call(createTeam, { organizationId: this.organizationId, name, ...rest }, this.as.chief);
  }

  move(teamId: TeamId, parentId: TeamId | null): Promise<string> {
    return this.fixture.test.codeOf(
      changeTeam,
      { organizationId: this.organizationId, teamId, parentId },
      this.as.chief,
    );
  }

  async teams() {
    return (await this.fixture.test.call(listTeams, { organizationId: this.organizationId, limit: 200 }, this.as.chief))
      .data;
  }

  give(
    holder: GrantHolder | PersonName,
    right: string,
    object: GrantObject = { kind: 'product', productId: this.hosting },
    rest: { endsAt?: string; reason?: string } = {},
  ) {
    return this.fixture.test.call(
      giveGrant,
      {
        organizationId: this.organizationId,
        holder: typeof holder === 'string' ? this.person(holder) : holder,
        object,
        right,
        ...rest,
      },
      this.as.chief,
    );
  }

  person(name: PersonName): Extract<GrantHolder, { kind: 'account' }> {
    return { kind: 'account', accountId: this.people[name] };
  }

  /** The holder in a snapshot. */
  snapshotHolder(name: PersonName): SnapshotHolder {
    return { ...this.person(name), memberId: this.memberOf(this.people[name]) };
  }

  async grants(filter: Partial<z.input<typeof listGrants.input>> = {}) {
    return (
      await this.fixture.test.call(
        listGrants,
        { organizationId: this.organizationId, limit: 200, ...filter },
        this.as.chief,
      )
    ).data;
  }

  /** Decides from the access cache of a service. */
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

  /** The rights of the list that the person has. */
  async mayAll(
    who: PersonName,
    rights: string[],
    productId: ProductId = this.hosting,
    resourceId?: ResourceId,
  ): Promise<string[]> {
    const held = await Promise.all(rights.map((right) => this.may(who, right, productId, resourceId)));
    return rights.filter((_, index) => held[index]);
  }

  explain(who: PersonName, right: string, as: Caller = this.as.chief, productId: ProductId = this.hosting) {
    return this.fixture.test.call(
      explainAccess,
      { organizationId: this.organizationId, accountId: this.people[who], right, productId },
      as,
    );
  }

  /** All pages of the snapshot, as the access cache of a service reads them. */
  async snapshot(
    input: Pick<Input<typeof getGrantSnapshot>, 'since' | 'at' | 'about'> = {},
  ): Promise<GrantSnapshot & { pages: number }> {
    const ask = (cursor?: string) =>
      this.fixture.test.call(
        getGrantSnapshot,
        { organizationId: this.organizationId, ...(cursor === undefined ? input : { cursor, about: input.about }) },
        { service: 'search' },
      );
    const whole = { ...(await ask()), pages: 1 };
    for (let cursor = whole.nextCursor; cursor !== null; whole.pages += 1) {
      const page = await ask(cursor);
      for (const name of ['teams', 'memberships', 'grants', 'restrictions'] as const)
        (whole[name] as unknown[]).push(...page[name]);
      cursor = page.nextCursor;
    }
    return { ...whole, nextCursor: null };
  }
}
