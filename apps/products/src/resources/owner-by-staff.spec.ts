import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { orderPaid } from '@cordee/contracts/billing/order';
import { newId } from '@cordee/contracts/id';
import { recordSupportAction } from '@cordee/contracts/identity/support-access';
import { addResource, getProduct } from '@cordee/contracts/products/product';
import { TestService, type Caller } from '@cordee/testing/test-service';
import { productsService } from '../products.service.ts';

let test: TestService;
beforeAll(async () => {
  test = await TestService.start(productsService);
  await test.stub(recordSupportAction, ({ supportAccessIds }) => ({ supportAccessIds }));
});
afterAll(() => test.stop());
const id = <P extends 'acc' | 'org' | 'prd' | 'ord' | 'inv' | 'mem' | 'sup'>(prefix: P) => newId(prefix, new Date());

async function openOrganization() {
  const [organizationId, admin, ben, sam] = [id('org'), id('acc'), id('acc'), id('acc')];
  const adminMemberId = id('mem');
  test.stubbedSnapshots.people.set(organizationId, [
    { accountId: admin, memberId: adminMemberId, role: 'administrator', flags: [], isBlocked: false },
    { accountId: ben, memberId: id('mem'), role: 'collaborator', flags: [], isBlocked: false },
  ]);
  const productId = id('prd');
  await test.publishEvent(orderPaid, {
    organizationId,
    orderId: id('ord'),
    invoiceId: id('inv'),
    lines: [
      {
        productId,
        type: 'mail_service',
        name: 'alpine.example',
        interval: 'yearly' as const,
        price: { amount: 10_800, currency: 'CHF' as const },
        isAutomaticRenewal: true,
        isWarranted: false,
        periodStart: '2026-01-31',
        periodEnd: '2027-01-31',
      },
    ],
  });
  return {
    organizationId,
    admin,
    adminMemberId,
    ben,
    sam,
    productId,
    as: { admin: { account: admin } as Caller, ben: { account: ben } as Caller, staff: { staff: sam } as Caller },
  };
}

it('staff with write access cannot set an owner, because an owner has access to the content (SUP-3)', async () => {
  const organization = await openOrganization();
  const endsAt = new Date(test.process.clock.now().getTime() + 3_600_000).toISOString();
  test.stubbedSnapshots.support.set(organization.organizationId, [
    {
      supportAccessId: id('sup'),
      accountId: organization.sam,
      level: 'write',
      withContent: false,
      products: null,
      grantedByMemberId: organization.adminMemberId,
      endsAt,
    },
  ]);
  test.snapshotChanged('people', organization.organizationId);
  const code = await test.codeOf(
    addResource,
    {
      organizationId: organization.organizationId,
      productId: organization.productId,
      kind: 'mail_address',
      name: 'ben@alpine.example',
      ownerAccountId: organization.ben,
    },
    organization.as.staff,
  );
  const { resources } = await test.call(
    getProduct,
    { organizationId: organization.organizationId, productId: organization.productId },
    organization.as.admin,
  );
  expect({ code, resources }).toEqual({ code: 'PERMISSION_DENIED', resources: [] });
});
