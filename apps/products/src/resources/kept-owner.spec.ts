import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { orderPaid } from '@cordee/contracts/billing/order';
import { newId, toUuid } from '@cordee/contracts/id';
import { membersKept } from '@cordee/contracts/identity/member';
import { addResource, getProduct } from '@cordee/contracts/products/product';
import { TestService, type Caller } from '@cordee/testing/test-service';
import { productsService } from '../products.service.ts';

let test: TestService;
beforeAll(async () => {
  test = await TestService.start(productsService);
});
afterAll(() => test.stop());
const id = <P extends 'acc' | 'org' | 'prd' | 'ord' | 'inv' | 'mem' | 'trf'>(prefix: P) => newId(prefix, new Date());

/** A product with a folder each that was Ben's and Eva's where it came from. */
async function receive() {
  const [organizationId, productId, chief] = [id('org'), id('prd'), id('acc')];
  const [ben, eva] = [id('acc'), id('acc')].map((accountId) => ({ accountId, memberId: id('mem'), endsAt: null })) as [
    RetainedUser,
    RetainedUser,
  ];
  test.stubbedSnapshots.people.set(organizationId, [
    { accountId: chief, memberId: id('mem'), role: 'administrator', flags: [], isBlocked: false },
    ...[ben, eva].map(({ accountId, memberId }) => ({
      accountId,
      memberId,
      role: 'external' as const,
      flags: [],
      isBlocked: false,
    })),
  ]);
  const as: Caller = { account: chief };
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
    ['His', ben],
    ['Hers', eva],
  ] as const) {
    const { id: resourceId } = await test.call(
      addResource,
      { organizationId, productId, kind: 'folder', name, ownerAccountId: null },
      as,
    );
    await test.database.query(`update resource set kept_owner_account_id = $1 where id = $2`, [
      toUuid(accountId),
      toUuid(resourceId),
    ]);
  }
  return {
    organizationId,
    ben,
    eva,
    report: (kept: RetainedUser[], ownershipNumber = 1) =>
      test.publishEvent(membersKept, {
        organizationId,
        transferId: id('trf'),
        productId,
        ownershipNumber,
        keptRight: 'user',
        kept,
      }),
    owners: async () =>
      new Map(
        (await test.call(getProduct, { organizationId, productId }, as)).resources.map(({ name, ownerAccountId }) => [
          name,
          ownerAccountId,
        ]),
      ),
    noted: async () =>
      (
        await test.rows(
          `select name from resource where organization_id = $1 and kept_owner_account_id is not null order by name`,
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

it('what was somebody’s own is theirs again when it is told who came along, and what was others’ is noted no longer (PROD-5)', async () => {
  const one = await receive();
  await one.report([one.ben]);
  await one.report([one.eva]);
  expect([await one.owners(), await one.noted()]).toEqual([
    new Map([
      ['Files', null],
      ['His', one.ben.accountId],
      ['Hers', null],
    ]),
    [],
  ]);
});

it('what was somebody’s own waits for those who came along this time, and not another (PROD-5)', async () => {
  const one = await receive();
  await one.report([one.ben, one.eva], 2);
  expect([await one.owners(), await one.noted()]).toEqual([
    new Map([
      ['Files', null],
      ['His', null],
      ['Hers', null],
    ]),
    ['Hers', 'His'],
  ]);
});

it('what was somebody’s own is theirs again although the copy does not have them yet (PROD-5)', async () => {
  const one = await receive();
  const { organizationId } = one;
  const everybody = test.stubbedSnapshots.people.get(organizationId)!;
  test.stubbedSnapshots.people.set(
    organizationId,
    everybody.filter(({ role }) => role !== 'external'),
  );
  test.snapshotChanged('people', organizationId);
  expect((await test.process.access.people(organizationId)).size).toBe(1);
  test.stubbedSnapshots.people.set(organizationId, everybody);
  test.factsChangedUntold('people', organizationId);
  await one.report([one.ben, one.eva]);
  expect(await one.owners()).toEqual(
    new Map([
      ['Files', null],
      ['His', one.ben.accountId],
      ['Hers', one.eva.accountId],
    ]),
  );
});
