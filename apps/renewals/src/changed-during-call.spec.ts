import { listProductBilling } from '@cordee/contracts/billing/product-billing';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import { quotePrices } from '@cordee/contracts/products/product-type';
import { productCreated } from '@cordee/contracts/products/product';
import {
  describeRenewal,
  detachRenewal,
  orderRenewals,
  switchAutomaticRenewal,
  switchWarranty,
} from '@cordee/contracts/renewals/renewal';
import { newId } from '@cordee/contracts/id';
import { testChangedObjects, type TestCase } from '@cordee/testing/test-changed-objects';
import { TestService, type Caller } from '@cordee/testing/test-service';
import { afterAll, beforeAll } from '@jest/globals';
import { renewalsService } from './renewals.service.ts';

let test: TestService;
beforeAll(async () => {
  test = await TestService.start(renewalsService);
  await test.stub(issueRenewalProForma, () => issueRenewalProForma.example.output as never);
  await test.stub(listProductBilling, () => ({ defaultAddressId: null, data: [] }));
  await test.stub(quotePrices, ({ currency, lines }) => ({
    lines: lines.map((line) => ({
      ...line,
      name: 'Web hosting',
      vatClass: 'standard' as const,
      canOrderWarranty: true,
      price: { amount: 10_800, currency },
    })),
  }));
});
afterAll(() => test.stop());

const products: Caller = { service: 'products' };

/**
 * Creates the test case of a call that names a product with a renewal. `as` is the calling service; without `as`, the
 * legal representative calls.
 */
const renewalCase =
  (inputOf: (ids: { productId: `prd_${string}`; transferId: `trf_${string}` }) => object, code: string, as?: Caller) =>
  async (): Promise<TestCase> => {
    const now = test.process.clock.now();
    const [organizationId, productId, accountId] = [newId('org', now), newId('prd', now), newId('acc', now)];
    const memberId = newId('mem', now);
    test.stubbedSnapshots.people.set(organizationId, [
      { accountId, memberId, role: 'legal_representative', flags: [], isBlocked: false },
    ]);
    await test.publishEvent(productCreated, {
      organizationId,
      productId,
      orderId: newId('ord', now),
      type: 'web_hosting',
      name: 'alpine.example',
      interval: 'yearly',
      periodStart: now.toISOString().slice(0, 10),
      currency: 'CHF',
      isAutomaticRenewal: false,
      isWarranted: false,
    });
    const detach = (): Promise<unknown> =>
      test.call(detachRenewal, { organizationId, productId, transferId: newId('trf', now) }, products);
    return {
      input: { organizationId, ...inputOf({ productId, transferId: newId('trf', now) }) },
      as: as ?? { account: accountId },
      changes: { 'the product is transferred': { make: detach, code } },
    };
  };

testChangedObjects('renewals', () => test, [
  [describeRenewal, renewalCase(({ productId }) => ({ productId }), 'RENEWAL_NOT_FOUND', products)],
  [detachRenewal, renewalCase((ids) => ids, 'RENEWAL_NOT_FOUND', products)],
  [orderRenewals, renewalCase(({ productId }) => ({ productIds: [productId] }), 'RENEWAL_NOT_FOUND')],
  // The result of the product is `refused`.
  [switchAutomaticRenewal, renewalCase(({ productId }) => ({ productIds: [productId], isOn: true }), 'ok')],
  [switchWarranty, renewalCase(({ productId }) => ({ productIds: [productId], isOn: true }), 'ok')],
]);
