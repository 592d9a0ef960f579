import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { orderPaid } from '@cordee/contracts/billing/order';
import { newId, toUuid } from '@cordee/contracts/id';
import { membersRetained } from '@cordee/contracts/identity/member';
import { addResource, getProduct } from '@cordee/contracts/products/product';
import { TestService, type Caller } from '@cordee/testing/test-service';
import { productsService } from '../products.service.ts';

let test: TestService;
beforeAll(async () => {
  test = await TestService.start(productsService);
});
afterAll(() => test.stop());
const id = <P extends 'acc' | 'org' | 'prd' | 'ord' | 'inv' | 'mem' | 'trf'>(prefix: P) => newId(prefix, new Date());

/** Creates a received product with two folders: before the transfer, Ben owned the first and Eva the second. */
async function receiveProduct() {
  const [organizationId, productId, admin] = [id('org'), id('prd'), id('acc')];
  const [ben, eva] = [id('acc'), id('acc')].map((accountId) => ({ accountId, memberId: id('mem'), endsAt: null })) as [
    RetainedUser,
    RetainedUser,
  ];
  test.stubbedSnapshots.people.set(organizationId, [
    { accountId: admin, memberId: id('mem'), role: 'administrator', flags: [], isBlocked: false },
    ...[ben, eva].map(({ accountId, memberId }) => ({
      accountId,
      memberId,
      role: 'external' as const,
      flags: [],
      isBlocked: false,
    })),
  ]);
  const as: Caller = { account: admin };
  await test.publishEvent(orderPaid, {
    organizationId,
    orderId: id('ord'),
    invoiceId: id('inv'),
    lines: [
      {
        productId,
        type: 'drive',
        name: 'Files',
        interval: 'yearly' as const,
        price: { amount: 10_800, currency: 'CHF' as const },
        isAutomaticRenewal: true,
        isWarranted: false,
        periodStart: '2026-01-31',
        periodEnd: '2027-01-31',
      },
    ],
  });
  for (const [name, { accountId }] of [
    ['Ben', ben],
    ['Eva', eva],
  ] as const) {
    const { id: resourceId } = await test.call(
      addResource,
      { organizationId, productId, kind: 'folder', name, ownerAccountId: null },
      as,
    );
    await test.database.query(`update resource set retained_owner_account_id = $1 where id = $2`, [
      toUuid(accountId),
      toUuid(resourceId),
    ]);
  }
  return {
    organizationId,
    ben,
    eva,
    retain: (retained: RetainedUser[], ownershipNumber = 1) =>
      test.publishEvent(membersRetained, {
        organizationId,
        transferId: id('trf'),
        productId,
        ownershipNumber,
        retainedRight: 'user',
        retained,
      }),
    owners: async () =>
      new Map(
        (await test.call(getProduct, { organizationId, productId }, as)).resources.map(({ name, ownerAccountId }) => [
          name,
          ownerAccountId,
        ]),
      ),
    foldersWithRetainedOwner: async () =>
      (
        await test.rows(
          `select name from resource
           where organization_id = $1 and retained_owner_account_id is not null order by name`,
          [toUuid(organizationId)],
        )
      ).map(({ name }) => name),
  };
}

interface RetainedUser {
  accountId: `acc_${string}`;
  memberId: `mem_${string}`;
  endsAt: null;
}

it('retained users own their resources again, and resources of other people have no owner (PROD-5)', async () => {
  const receivedProduct = await receiveProduct();
  await receivedProduct.retain([receivedProduct.ben]);
  // The first event has cleared the other retained owners, so the second event assigns nothing.
  await receivedProduct.retain([receivedProduct.eva]);
  expect([await receivedProduct.owners(), await receivedProduct.foldersWithRetainedOwner()]).toEqual([
    new Map([
      ['Files', null],
      ['Ben', receivedProduct.ben.accountId],
      ['Eva', null],
    ]),
    [],
  ]);
});

it('an event of another ownership period assigns no owners (PROD-5)', async () => {
  const receivedProduct = await receiveProduct();
  const otherOwnershipNumber = 2;
  await receivedProduct.retain([receivedProduct.ben, receivedProduct.eva], otherOwnershipNumber);
  expect([await receivedProduct.owners(), await receivedProduct.foldersWithRetainedOwner()]).toEqual([
    new Map([
      ['Files', null],
      ['Ben', null],
      ['Eva', null],
    ]),
    ['Ben', 'Eva'],
  ]);
});

it('retained users become owners also when the access cache does not contain them yet (PROD-5)', async () => {
  const receivedProduct = await receiveProduct();
  const { organizationId } = receivedProduct;
  const allPeople = test.stubbedSnapshots.people.get(organizationId)!;
  test.stubbedSnapshots.people.set(
    organizationId,
    allPeople.filter(({ role }) => role !== 'external'),
  );
  test.snapshotChanged('people', organizationId);
  expect((await test.process.access.people(organizationId)).size).toBe(1);
  test.stubbedSnapshots.people.set(organizationId, allPeople);
  test.changeSnapshotSilently('people', organizationId);
  await receivedProduct.retain([receivedProduct.ben, receivedProduct.eva]);
  expect(await receivedProduct.owners()).toEqual(
    new Map([
      ['Files', null],
      ['Ben', receivedProduct.ben.accountId],
      ['Eva', receivedProduct.eva.accountId],
    ]),
  );
});
