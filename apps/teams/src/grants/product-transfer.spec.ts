import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@cordee/contracts/id';
import { membersRetained } from '@cordee/contracts/identity/member';
import { getCatalogue } from '@cordee/contracts/products/product-type';
import { productTransferredAway } from '@cordee/contracts/products/transfer-events';
import { checkAccess } from '@cordee/contracts/teams/access';
import { giveGrant, listGrants } from '@cordee/contracts/teams/grant';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import { createTeam } from '@cordee/contracts/teams/team';
import { TestService, uuid, type Caller } from '@cordee/testing/test-service';
import { teamsService } from '../teams.service.ts';

let test: TestService;
const id = <P extends 'acc' | 'org' | 'prd' | 'mem' | 'trf' | 'res'>(prefix: P) => newId(prefix, new Date());
const drive = {
  key: 'drive',
  name: 'Drive',
  rights: ['admin', 'user', 'view'],
  resourceKinds: ['folder'],
  resourceRights: [{ kind: 'folder', rights: ['view'], defaultRights: [] }],
  vatClass: 'standard' as const,
  canOrderWarranty: true,
  blockedStatus: 'blocked' as const,
  firstResourceKind: 'folder',
  productRights: ['admin', 'user'],
  isRetired: false,
  retiredRights: [],
  retiredKinds: [],
  version: 1,
  prices: [],
};
const folder = id('res');

beforeAll(async () => {
  test = await TestService.start(teamsService);
  await test.stub(getCatalogue, () => ({ data: [drive] }));
});
afterAll(() => test.stop());

class Organization {
  readonly organizationId = id('org');
  readonly chief = id('acc');
  readonly ben = id('acc');
  readonly caller: Caller = { account: this.chief };

  constructor(
    readonly productId: `prd_${string}`,
    readonly otherProductId = id('prd'),
  ) {
    test.stubbedSnapshots.people.set(
      this.organizationId,
      [this.chief, this.ben].map((accountId) => ({
        accountId,
        memberId: id('mem'),
        role: accountId === this.chief ? ('administrator' as const) : ('collaborator' as const),
        flags: [],
        isBlocked: false,
      })),
    );
    test.stubbedSnapshots.products.set(this.organizationId, [
      {
        productId,
        type: 'drive',
        name: 'Files',
        isBlocked: false,
        resources: [{ resourceId: folder, kind: 'folder', name: 'Plans' }],
      },
      { productId: otherProductId, type: 'drive', name: 'Other', isBlocked: false },
    ]);
  }

  giveGrant(holder: object, right: string, object: object) {
    return test.call(giveGrant, { organizationId: this.organizationId, holder, object, right } as never, this.caller);
  }

  /** Simulates that the product left the organization and returned. The service teams receives no event. */
  setOwnershipNumber(ownershipNumber: number): void {
    const [product, ...others] = test.stubbedSnapshots.products.get(this.organizationId)!;
    test.stubbedSnapshots.products.set(this.organizationId, [{ ...product!, ownershipNumber }, ...others]);
    test.snapshotChanged('products', this.organizationId);
  }

  /** Simulates that the person left the organization and rejoined. The service teams receives no event. */
  leaveAndReturn(accountId: `acc_${string}`): void {
    const people = test.stubbedSnapshots.people.get(this.organizationId)!;
    test.stubbedSnapshots.people.set(
      this.organizationId,
      people.map((person) => (person.accountId === accountId ? { ...person, memberId: id('mem') } : person)),
    );
    test.snapshotChanged('people', this.organizationId);
  }

  /**
   * The data of an event `membersRetained` of ownership period 1, for accounts with the planned ends of their right.
   */
  retainedEvent(people: readonly [`acc_${string}`, string | null][]) {
    const memberIds = new Map(
      test.stubbedSnapshots.people.get(this.organizationId)!.map(({ accountId, memberId }) => [accountId, memberId]),
    );
    const { organizationId, productId } = this;
    return {
      organizationId,
      productId,
      transferId: id('trf'),
      ownershipNumber: 1,
      retainedRight: 'user',
      retained: people.map(([accountId, endsAt]) => ({ accountId, memberId: memberIds.get(accountId)!, endsAt })),
    };
  }

  async listGrants() {
    return (await test.call(listGrants, { organizationId: this.organizationId }, this.caller)).data;
  }
}

describe('a transferred product (PROD-5)', () => {
  it('loses the grants on the product and its resources; grants on its type and on other products remain', async () => {
    const organization = new Organization(id('prd'));
    const { organizationId, productId, otherProductId, ben } = organization;
    const team = await test.call(createTeam, { organizationId, name: 'Web', accountIds: [ben] }, organization.caller);
    const product = { kind: 'product', productId };
    await organization.giveGrant({ kind: 'team', teamId: team.id }, 'user', product);
    await organization.giveGrant({ kind: 'account', accountId: ben }, 'admin', product);
    await organization.giveGrant({ kind: 'organization' }, 'user', product);
    await organization.giveGrant({ kind: 'account', accountId: ben }, 'view', {
      kind: 'resource',
      productId,
      resourceId: folder,
    });
    const remainingGrants = [
      await organization.giveGrant({ kind: 'team', teamId: team.id }, 'user', { kind: 'product_type', type: 'drive' }),
      await organization.giveGrant({ kind: 'account', accountId: ben }, 'user', {
        kind: 'product',
        productId: otherProductId,
      }),
    ];
    await test.call(
      restrictResource,
      { organizationId, productId, resourceId: folder, holder: { kind: 'team', teamId: team.id } },
      organization.caller,
    );
    await test.publishEvent(
      productTransferredAway,
      { organizationId, productId, transferId: id('trf'), toOrganizationId: id('org'), ownershipNumber: 1 },
      { actorId: organization.chief },
    );
    expect(
      await test.rows(`select lifted_by from restriction where organization_id = $1 and ended_at is not null`, [
        uuid(organizationId),
      ]),
    ).toEqual([{ lifted_by: organization.chief }]);
    expect((await organization.listGrants()).map((grant) => grant.id).sort()).toEqual(
      remainingGrants.map((grant) => grant.id).sort(),
    );
    expect((await test.eventsOf(organizationId)).filter(({ type }) => type === 'teams.grant.ended')).toHaveLength(4);
    expect(
      await test.rows(
        `select distinct ended_by from access_grant where organization_id = $1 and ended_at is not null`,
        [uuid(organizationId)],
      ),
    ).toEqual([{ ended_by: organization.chief }]);
  });

  it('keeps the grants of its current ownership period after a late event of the former ownership period', async () => {
    const organization = new Organization(id('prd'));
    const { organizationId, productId, ben } = organization;
    const may = async (right: string) =>
      (await test.call(checkAccess, { organizationId, accountId: ben, right, productId }, organization.caller))
        .isAllowed;
    const currentRights = async () => (await organization.listGrants()).map(({ right }) => right);
    await organization.giveGrant({ kind: 'account', accountId: ben }, 'admin', { kind: 'product', productId });
    await test.call(
      restrictResource,
      { organizationId, productId, resourceId: folder, holder: { kind: 'account', accountId: ben } },
      organization.caller,
    );
    expect(await may('admin')).toBe(true);
    organization.setOwnershipNumber(2);
    expect(await may('admin')).toBe(false);
    await organization.giveGrant({ kind: 'account', accountId: ben }, 'user', { kind: 'product', productId });
    await test.call(
      restrictResource,
      { organizationId, productId, resourceId: folder, holder: { kind: 'account', accountId: organization.chief } },
      organization.caller,
    );
    const publishTransfer = (ownershipNumber: number) =>
      test.publishEvent(
        productTransferredAway,
        { organizationId, productId, transferId: id('trf'), toOrganizationId: id('org'), ownershipNumber },
        { actorId: organization.chief },
      );
    await publishTransfer(1);
    expect([await currentRights(), await may('user'), await may('admin')]).toEqual([['user'], true, false]);
    expect(
      await test.rows(
        `select holder_account_id as holder from restriction where organization_id = $1 and ended_at is null`,
        [uuid(organizationId)],
      ),
    ).toEqual([{ holder: uuid(organization.chief) }]);
    await publishTransfer(2);
    expect(await currentRights()).toEqual([]);
  });

  it('gives each retained user the retained right once, until the planned end of this right', async () => {
    const organization = new Organization(id('prd'));
    const { organizationId, ben, chief } = organization;
    const inHours = (hours: number) => new Date(test.process.clock.now().getTime() + hours * 3_600_000).toISOString();
    const data = organization.retainedEvent([
      [ben, inHours(24)],
      [chief, null],
    ]);
    await test.publishEvent(membersRetained, data, { actorId: chief });
    // The second event gives no further grant.
    await test.publishEvent(membersRetained, data, { sequence: 1 });
    const grants = (await organization.listGrants()).map(({ holder, right, reason, endsAt, givenBy }) => ({
      holder,
      right,
      reason,
      endsAt,
      givenBy,
    }));
    const expectedGrants = data.retained.map(({ accountId, endsAt }) => ({
      holder: { kind: 'account', accountId },
      right: 'user',
      reason: 'retained at a transfer',
      endsAt,
      givenBy: chief,
    }));
    expect(new Set(grants)).toEqual(new Set(expectedGrants));
    expect(grants).toHaveLength(2);
    expect(
      (
        await test.call(
          checkAccess,
          { organizationId, accountId: ben, right: 'user', productId: organization.productId },
          organization.caller,
        )
      ).isAllowed,
    ).toBe(true);
  });

  it('extends a shorter grant of a retained user, and keeps a longer grant', async () => {
    const organization = new Organization(id('prd'));
    const { organizationId, productId, chief, ben } = organization;
    const inHours = (hours: number) => new Date(test.process.clock.now().getTime() + hours * 3_600_000).toISOString();
    const [soon, later] = [inHours(2), inHours(24)];
    const giveUntil = (accountId: string, right: string, endsAt: string | null) =>
      test.call(
        giveGrant,
        {
          organizationId,
          holder: { kind: 'account', accountId },
          object: { kind: 'product', productId },
          right,
          endsAt,
        } as never,
        organization.caller,
      );
    const endsByHolderAndRight = async () =>
      new Map(
        (await organization.listGrants()).map(({ holder, right, endsAt }) => [
          `${(holder as { accountId: string }).accountId === ben ? 'ben' : 'chief'} ${right}`,
          endsAt,
        ]),
      );
    await giveUntil(ben, 'user', soon);
    await giveUntil(ben, 'admin', soon);
    await giveUntil(chief, 'user', soon);
    await test.publishEvent(
      membersRetained,
      organization.retainedEvent([
        [ben, later],
        [chief, null],
      ]),
    );
    expect(await endsByHolderAndRight()).toEqual(
      new Map([
        ['ben user', later],
        ['ben admin', soon],
        ['chief user', null],
      ]),
    );
    const grantIds = (await organization.listGrants()).map((grant) => grant.id);
    await test.publishEvent(
      membersRetained,
      organization.retainedEvent([
        [ben, soon],
        [chief, later],
      ]),
    );
    expect((await organization.listGrants()).map((grant) => grant.id)).toEqual(grantIds);
    // Only the two shorter grants of the right `user` were prolonged.
    expect(
      (await test.outbox()).filter(
        ({ type, data }) => type === 'teams.grant.prolonged' && data['organizationId'] === organizationId,
      ),
    ).toHaveLength(2);
  });

  it.each<['people' | 'products']>([['people'], ['products']])(
    'gives a retained user the right although the access cache has outdated %s',
    async (snapshot) => {
      const organization = new Organization(id('prd'));
      const { organizationId, ben } = organization;
      const [people, products] = [
        test.stubbedSnapshots.people.get(organizationId)!,
        test.stubbedSnapshots.products.get(organizationId)!,
      ];
      // The cached people lack Ben, or the cached products lack the transferred product.
      if (snapshot === 'people') test.stubbedSnapshots.people.set(organizationId, people.slice(0, 1));
      else test.stubbedSnapshots.products.set(organizationId, products.slice(1));
      await test.process.access.forOrganization(organizationId);
      test.stubbedSnapshots.people.set(organizationId, people);
      test.stubbedSnapshots.products.set(organizationId, products);
      test.changeSnapshotSilently(snapshot, organizationId);
      await test.publishEvent(membersRetained, organization.retainedEvent([[ben, null]]));
      expect(await organization.listGrants()).toMatchObject([{ holder: { accountId: ben }, right: 'user' }]);
    },
  );

  it('gives a retained user no expired right, and no right after the user or the product has left', async () => {
    const organization = new Organization(id('prd'));
    const pastEnd = new Date(test.process.clock.now().getTime() - 1).toISOString();
    const [departedUserEvent, expiredRightEvent] = [
      organization.retainedEvent([[organization.ben, null]]),
      organization.retainedEvent([[organization.chief, pastEnd]]),
    ];
    organization.leaveAndReturn(organization.ben);
    for (const data of [departedUserEvent, expiredRightEvent]) await test.publishEvent(membersRetained, data);
    organization.setOwnershipNumber(2);
    // An event of ownership period 1, about a current member.
    await test.publishEvent(membersRetained, organization.retainedEvent([[organization.ben, null]]));
    expect(await organization.listGrants()).toEqual([]);
  });
});
