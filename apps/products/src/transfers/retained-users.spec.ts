import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { memberRemoved, membersRetained } from '@cordee/contracts/identity/member';
import { addResource, getProduct } from '@cordee/contracts/products/product';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { previewTransfer } from '@cordee/contracts/products/transfer';
import { acceptTransfer, describeTransfer } from '@cordee/contracts/products/transfer-offer';
import type { EventData } from '@cordee/contracts/contract';
import { type TestService, uuid } from '@cordee/testing/test-service';
import {
  TransfersFixture,
  id,
  type AccountId,
  type Person,
  type ProductId,
  type TestOrganization,
} from '../../test/transfers.fixture.ts';

let transfers: TransfersFixture;
let test: TestService;
beforeAll(async () => {
  transfers = await TransfersFixture.start();
  test = transfers.test;
});
afterAll(() => transfers.stop());
beforeEach(() => transfers.detachErrors.clear());

describe('users of a transferred drive', () => {
  it('are retained by a grant to them or to their team, but not by a role or a grant to the organization', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const [productId, other] = [await transfers.buy(from), await transfers.buy(from)];
    const teamId = id('team');
    const member = id('acc');
    test.stubbedSnapshots.people.set(from.organizationId, [
      ...test.stubbedSnapshots.people.get(from.organizationId)!,
      { accountId: member, memberId: id('mem'), role: 'collaborator', flags: [], isBlocked: false },
      { accountId: id('acc'), memberId: id('mem'), role: 'collaborator', flags: [], isBlocked: true },
    ]);
    test.snapshotChanged('people', from.organizationId);
    transfers.setGrants(
      from,
      [
        { holder: { kind: 'account', accountId: from.eva }, object: { kind: 'product', productId }, right: 'admin' },
        { holder: { kind: 'team', teamId }, object: { kind: 'product_type', type: 'drive' }, right: 'user' },
        { holder: { kind: 'organization' }, object: { kind: 'product', productId }, right: 'user' },
        {
          holder: { kind: 'account', accountId: from.admin },
          object: { kind: 'product', productId: other },
          right: 'user',
        },
      ],
      [{ teamId, parentId: null, name: 'Web' }],
      [{ teamId, accountId: member, endsAt: null }],
    );
    expect(
      await test.call(previewTransfer, { organizationId: from.organizationId, productId }, from.as.admin),
    ).toMatchObject({
      grantCount: 2,
      retainedUserCount: 2,
      grants: [{ right: 'admin' }, { holder: { kind: 'organization' } }],
    });
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    const received = await transfers.receivedEventOf(productId);
    expect([
      new Map(received.retained.map(({ accountId, endsAt }) => [accountId, endsAt])),
      received.retainedRight,
    ]).toEqual([
      new Map([
        [from.eva, null],
        [member, null],
      ]),
      'user',
    ]);
  });

  // Without a quoted number, the number at the time of the offer counts, which is 0 here.
  it.each([[undefined], [0], [1]])(
    'prevent the acceptance when more people than the quoted number (%p) would keep using the drive',
    async (quotedCount) => {
      const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
      const productId = await transfers.buy(from);
      const token = await transfers.offerByLink(from, productId);
      transfers.setUsers(from, productId, [from.eva, from.ben]);
      const quotedTerms = quotedCount === undefined ? {} : { retainedUserCount: quotedCount };
      const attempt = test.call(
        acceptTransfer,
        { organizationId: to.organizationId, token, ...quotedTerms },
        to.as.admin,
      );
      await expect(attempt).rejects.toMatchObject({
        code: 'TRANSFER_CHANGED',
        status: 409,
        detail: `2 people would keep using the product, not the quoted ${quotedCount ?? 0}`,
      });
      expect([
        await transfers.owns(from, productId),
        (await transfers.transferRowOf(productId))['status'],
        transfers.detachCalls.get(productId),
      ]).toEqual([true, 'offered', undefined]);
      await test.call(
        acceptTransfer,
        {
          organizationId: to.organizationId,
          token,
          retainedUserCount: (await test.call(describeTransfer, { token }, to.as.admin)).retainedUserCount,
        },
        to.as.admin,
      );
      expect((await transfers.receivedEventOf(productId)).retained).toHaveLength(2);
    },
  );

  it.each<[string, Partial<Person>, object]>([
    ['are blocked', { isBlocked: true }, { isBlocked: true }],
    ['lack the second factor', { lacksSecondFactor: true }, {}],
  ])('are retained when they %s', async (_, state, expectedState) => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const teamId = id('team');
    const memberIdOf = (accountId: AccountId) =>
      test.stubbedSnapshots.people.get(from.organizationId)!.find((person) => person.accountId === accountId)!.memberId;
    const inAWeek = new Date(test.process.clock.now().getTime() + 7 * 86_400_000).toISOString();
    transfers.setGrants(
      from,
      [
        { holder: { kind: 'account', accountId: from.eva }, object: { kind: 'product', productId }, right: 'user' },
        { holder: { kind: 'team', teamId }, object: { kind: 'product', productId }, right: 'admin' },
      ],
      [{ teamId, parentId: null, name: 'Web' }],
      [{ teamId, accountId: from.ben, memberId: memberIdOf(from.ben), endsAt: inAWeek }],
    );
    transfers.changePeople(from, (people) =>
      people.map((person) => (person.accountId === from.admin ? person : { ...person, ...state })),
    );
    expect(
      (await test.call(previewTransfer, { organizationId: from.organizationId, productId }, from.as.admin))
        .retainedUserCount,
    ).toBe(2);
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    expect((await transfers.receivedEventOf(productId)).retained).toEqual([
      { accountId: from.ben, endsAt: inAWeek, ...expectedState },
      { accountId: from.eva, endsAt: null, ...expectedState },
    ]);
  });

  it('are not retained when they get or lose their grant after the acceptance', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    transfers.setUsers(from, productId, [from.eva, from.admin]);
    const token = await transfers.offerByLink(from, productId);
    transfers.detachErrors.set(productId, 'lost');
    expect(await transfers.codeOfAcceptance(to, token)).toBe('SERVICE_UNAVAILABLE');
    transfers.setUsers(from, productId, [from.eva, from.ben]);
    transfers.detachErrors.clear();
    await transfers.accept(to, token);
    expect((await transfers.receivedEventOf(productId)).retained).toEqual([{ accountId: from.eva, endsAt: null }]);
    expect((await transfers.transferRowOf(productId))['retained_account_ids']).toBeNull();
  });

  it('are read without the access cache when the product moves', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    transfers.setUsers(from, productId, [from.eva, from.admin]);
    const token = await transfers.offerByLink(from, productId);
    transfers.detachErrors.set(productId, 'lost');
    expect(await transfers.codeOfAcceptance(to, token)).toBe('SERVICE_UNAVAILABLE');
    const { grants = [] } = test.stubbedSnapshots.grants.get(from.organizationId)!;
    // The administrator loses the grant, and the access cache does not learn of the change.
    test.stubbedSnapshots.grants.set(from.organizationId, { grants: grants.slice(0, 1) });
    test.changeSnapshotSilently('grants', from.organizationId);
    transfers.detachErrors.clear();
    await transfers.accept(to, token);
    expect((await transfers.receivedEventOf(productId)).retained).toEqual([{ accountId: from.eva, endsAt: null }]);
  });

  // Each number is an end in hours from now. Infinity means a grant without an end.
  it.each<[string, { ownGrant?: number; teamGrant?: number; membership?: number; parent?: number }, number | null]>([
    ['until their own grant ends', { ownGrant: 1 }, 1],
    ['until the later end of two grants', { ownGrant: 1, teamGrant: 3 }, 3],
    ['without an end when one of two grants has no end', { ownGrant: 1, teamGrant: Infinity }, null],
    ['until their team membership ends', { teamGrant: Infinity, membership: 2 }, 2],
    [
      'until their team leaves the parent team, which is the holder of the grant',
      { teamGrant: 4, membership: 3, parent: 2 },
      2,
    ],
    ['until the grant of the team ends', { teamGrant: 1, membership: 3, parent: 2 }, 1],
  ])('are retained %s', async (_, { ownGrant, teamGrant, membership, parent }, end) => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const [outer, inner] = [id('team'), id('team')];
    const now = test.process.clock.now().getTime();
    const inHours = (hours: number | undefined | null) =>
      hours == null || hours === Infinity ? null : new Date(now + hours * 3_600_000).toISOString();
    const object = { kind: 'product', productId };
    const ends = {
      ownGrant: inHours(ownGrant),
      teamGrant: inHours(teamGrant),
      membership: inHours(membership),
      parent: inHours(parent),
      access: inHours(end),
    };
    transfers.setGrants(
      from,
      [
        ...(ownGrant === undefined
          ? []
          : [{ holder: { kind: 'account', accountId: from.eva }, object, right: 'user', endsAt: ends.ownGrant }]),
        ...(teamGrant === undefined
          ? []
          : [{ holder: { kind: 'team', teamId: outer }, object, right: 'admin', endsAt: ends.teamGrant }]),
      ],
      [
        { teamId: outer, parentId: null, name: 'All' },
        { teamId: inner, parentId: outer, name: 'Web', parentEndsAt: ends.parent },
      ],
      [{ teamId: inner, accountId: from.eva, endsAt: ends.membership }],
    );
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    expect((await transfers.receivedEventOf(productId)).retained).toEqual([
      { accountId: from.eva, endsAt: ends.access },
    ]);
  });
});

describe('owned resources of a transferred drive (PROD-5)', () => {
  const addFolder = async (
    organization: TestOrganization,
    productId: ProductId,
    name: string,
    ownerAccountId: AccountId | null = null,
  ) =>
    (
      await test.call(
        addResource,
        { organizationId: organization.organizationId, productId, kind: 'folder', name, ownerAccountId },
        organization.as.admin,
      )
    ).id;
  /** Adds the retained users as externals of the receiving organization, in place of identity. */
  const addRetainedUsers = ({ organizationId }: TestOrganization, accountIds: AccountId[]) => {
    const joined = accountIds.map((accountId) => ({ accountId, memberId: id('mem') }));
    transfers.changePeople({ organizationId }, (people) => [
      ...people,
      ...joined.map((ids): Person => ({ ...ids, role: 'external', flags: [], isBlocked: false })),
    ]);
    return joined.map((ids) => ({ ...ids, endsAt: null }));
  };
  const membersRetainedData = async (
    to: TestOrganization,
    productId: ProductId,
    retained: EventData<typeof membersRetained>['retained'],
    ownershipNumber = 1,
  ) => {
    const { transferId } = await transfers.receivedEventOf(productId);
    return {
      organizationId: to.organizationId,
      transferId,
      productId,
      ownershipNumber,
      retainedRight: 'user',
      retained,
    };
  };
  /** Maps the name of each resource to its owner, else to its former owner, else to null. */
  const ownersIn = async (organization: TestOrganization, productId: ProductId) =>
    new Map(
      (
        await test.call(getProduct, { organizationId: organization.organizationId, productId }, organization.as.admin)
      ).resources.map(({ name, ownerAccountId, formerOwnerAccountId }) => [
        name,
        ownerAccountId ?? formerOwnerAccountId,
      ]),
    );
  const canView = async (
    organization: TestOrganization,
    accountId: AccountId,
    productId: ProductId,
    resourceId: `res_${string}`,
  ) =>
    (await test.process.access.forOrganization(organization.organizationId)).check({
      accountId,
      right: 'view',
      productId,
      resourceId,
      at: test.process.clock.now(),
    });

  it('have the same owners again when the owners are retained users, and otherwise no owner', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const [ownedFolder, otherFolder] = [
      await addFolder(from, productId, 'Mine', from.ben),
      await addFolder(from, productId, 'Inside'),
    ];
    await addFolder(from, productId, 'Hers', from.eva);
    const nestedFolder = (
      await test.call(
        addResource,
        { organizationId: from.organizationId, productId, kind: 'folder', name: 'Deep', parentId: ownedFolder },
        from.as.admin,
      )
    ).id;
    transfers.setUsers(from, productId, [from.ben]);
    expect(await canView(from, from.ben, productId, nestedFolder)).toBe(true);
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    expect(new Set((await ownersIn(to, productId)).values())).toEqual(new Set([null]));
    expect(await canView(to, from.ben, productId, nestedFolder)).toBe(false);
    const before = test.process.clock.now().toISOString();
    transfers.advanceClock(60_000);
    const retained = addRetainedUsers(to, [from.ben]);
    const payload = await membersRetainedData(to, productId, retained);
    await test.publishEvent(membersRetained, payload);
    await test.publishEvent(membersRetained, payload);
    expect(await ownersIn(to, productId)).toEqual(
      new Map([
        ['Files', null],
        ['Mine', from.ben],
        ['Inside', null],
        ['Hers', null],
        ['Deep', null],
      ]),
    );
    expect([
      await canView(to, from.ben, productId, ownedFolder),
      await canView(to, from.ben, productId, nestedFolder),
      await canView(to, from.ben, productId, otherFolder),
    ]).toEqual([true, true, false]);
    // The event about the owner is published once, although `membersRetained` arrives twice.
    expect(
      (await transfers.eventsOf(ownedFolder)).map(({ type, data, event }) => [type, event.organizationid, data]),
    ).toMatchObject([
      ['resource.added', from.organizationId, {}],
      [
        'resource.owner_retained',
        to.organizationId,
        { organizationId: to.organizationId, productId, resourceId: ownedFolder, ownerAccountId: from.ben },
      ],
    ]);
    // The history contains the owner from that event on.
    const ownerAt = async (at?: string) =>
      (
        await test.call(
          getProductSnapshot,
          { organizationId: to.organizationId, ...(at ? { at } : {}) },
          { service: 'teams' },
        )
      ).resources.find(({ resourceId }) => resourceId === ownedFolder)!.ownerMemberId;
    expect([await ownerAt(before), await ownerAt()]).toEqual([null, retained[0]!.memberId]);
    // When the owner leaves the organization, the ownership ends as for any other resource.
    await test.publishEvent(memberRemoved, {
      organizationId: to.organizationId,
      memberId: retained[0]!.memberId,
      accountId: from.ben,
      role: 'external',
    });
    await test.publishEvent(membersRetained, payload);
    expect((await transfers.eventsOf(ownedFolder)).map(({ type }) => type)).toEqual([
      'resource.added',
      'resource.owner_retained',
      'resource.owner_cleared',
    ]);
  });

  it('are not assigned to a person who left again, or after the product was transferred again', async () => {
    const [from, to, third] = [
      transfers.createOrganization(),
      transfers.createOrganization(),
      transfers.createOrganization(),
    ];
    const productId = await transfers.buy(from);
    const ownedFolder = await addFolder(from, productId, 'Mine', from.ben);
    transfers.setUsers(from, productId, [from.ben]);
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    const [payload, formerMemberId] = [
      await membersRetainedData(to, productId, addRetainedUsers(to, [from.ben])),
      id('mem'),
    ];
    await test.publishEvent(membersRetained, {
      ...payload,
      retained: [{ accountId: from.ben, memberId: formerMemberId, endsAt: null }],
    });
    await transfers.accept(third, await transfers.offerByLink(to, productId));
    await test.publishEvent(membersRetained, payload);
    await transfers.accept(to, await transfers.offerByLink(third, productId));
    await test.publishEvent(membersRetained, payload);
    // The organization now owns the product for the second time. The last transfer retained no users.
    await test.publishEvent(membersRetained, { ...payload, ownershipNumber: 2 });
    expect([(await ownersIn(to, productId)).get('Mine'), (await transfers.eventsOf(ownedFolder)).length]).toEqual([
      null,
      1,
    ]);
  });

  it('have the same owner again after a transfer to another organization and back', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    await addFolder(from, productId, 'Mine', from.ben);
    transfers.setUsers(from, productId, [from.ben]);
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    await test.publishEvent(
      membersRetained,
      await membersRetainedData(to, productId, addRetainedUsers(to, [from.ben])),
    );
    transfers.setUsers(to, productId, [from.ben]);
    await transfers.accept(from, await transfers.offerByLink(to, productId));
    const { accountId, memberId } = test.stubbedSnapshots.people
      .get(from.organizationId)!
      .find((person) => person.accountId === from.ben)!;
    await test.publishEvent(
      membersRetained,
      await membersRetainedData(from, productId, [{ accountId, memberId, endsAt: null }], 2),
    );
    expect((await ownersIn(from, productId)).get('Mine')).toBe(from.ben);
  });

  it('have no owner when the membership period of the owner ended, also if the person joined again', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    await addFolder(from, productId, 'Mine', from.ben);
    // The products service has not yet received the event that the member left.
    transfers.changePeople(from, (people) =>
      people.map((person) => (person.accountId === from.ben ? { ...person, memberId: id('mem') } : person)),
    );
    transfers.setUsers(from, productId, [from.ben]);
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    await test.publishEvent(
      membersRetained,
      await membersRetainedData(to, productId, addRetainedUsers(to, [from.ben])),
    );
    expect((await ownersIn(to, productId)).get('Mine')).toBeNull();
  });

  it('are all assigned when there are hundreds of resources, with one event for each resource', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    await addFolder(from, productId, 'Mine', from.ben);
    await test.database.query(
      `insert into resource (organization_id, id, product_id, kind, name, owner_account_id, owner_member_id, created_at)
       select organization_id, gen_random_uuid(), product_id, kind, name || n,
              owner_account_id, owner_member_id, created_at
       from resource, generate_series(1, 500) n where product_id = $1 and name = 'Mine'`,
      [uuid(productId)],
    );
    transfers.setUsers(from, productId, [from.ben]);
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    await test.publishEvent(
      membersRetained,
      await membersRetainedData(to, productId, addRetainedUsers(to, [from.ben])),
    );
    const owned = await test.rows(
      `select id from resource
       join resource_ownership ownership
         on ownership.resource_id = id and ownership.organization_id = resource.organization_id and until is null
       where resource.organization_id = $1 and owner_account_id = $2`,
      [uuid(to.organizationId), uuid(from.ben)],
    );
    expect(owned).toHaveLength(501);
    expect(
      (await test.eventsOf(to.organizationId)).filter(({ type }) => type === 'products.resource.owner_retained'),
    ).toHaveLength(501);
  });
});
