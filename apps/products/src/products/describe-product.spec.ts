import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderPaid } from '@cordee/contracts/billing/order';
import { newId } from '@cordee/contracts/id';
import { blockProduct, describeProduct } from '@cordee/contracts/products/product';
import { TestService } from '@cordee/testing/test-service';
import { productsService } from '../products.service.ts';

let test: TestService;
const id = <P extends 'acc' | 'org' | 'prd' | 'ord' | 'inv' | 'mem'>(prefix: P) => newId(prefix, new Date());

beforeAll(async () => {
  test = await TestService.start(productsService);
});
afterAll(() => test.stop());

describe('the description of a product for services', () => {
  it('contains name, type and status; a product of another organization is not found', async () => {
    const [organizationId, admin, mail, drive] = [id('org'), id('acc'), id('prd'), id('prd')];
    test.stubbedSnapshots.people.set(organizationId, [
      { accountId: admin, memberId: id('mem'), role: 'administrator', flags: [], isBlocked: false },
    ]);
    const line = (productId: `prd_${string}`, type: string) => ({
      productId,
      type,
      name: `my ${type}`,
      interval: 'yearly' as const,
      price: { amount: 1, currency: 'CHF' as const },
      isAutomaticRenewal: true,
      isWarranted: false,
      periodStart: '2026-01-31',
      periodEnd: '2027-01-31',
    });
    await test.publishEvent(orderPaid, {
      organizationId,
      orderId: id('ord'),
      invoiceId: id('inv'),
      lines: [line(mail, 'mail_service'), line(drive, 'drive')],
    });
    for (const productId of [mail, drive])
      await test.call(blockProduct, { organizationId, productId, reason: 'x' }, { account: admin });
    const descriptionOf = (productId: `prd_${string}`) =>
      test.call(describeProduct, { organizationId, productId }, { service: 'reminders' });
    expect(await descriptionOf(mail)).toEqual({
      productId: mail,
      type: 'mail_service',
      name: 'my mail_service',
      status: 'maintenance',
    });
    expect(await descriptionOf(drive)).toMatchObject({ status: 'blocked' });
    for (const [requestedOrganizationId, productId] of [
      [id('org'), mail],
      [organizationId, id('prd')],
    ] as const)
      expect(
        await test.codeOf(
          describeProduct,
          { organizationId: requestedOrganizationId, productId },
          { service: 'reminders' },
        ),
      ).toBe('PRODUCT_NOT_FOUND');
  });
});
