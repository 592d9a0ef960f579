import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { changePrepaidSettings } from '@cordee/contracts/billing/prepaid';
import { anna, BillingFixture } from '../../test/billing.fixture.ts';

const PRICE = 11_675;
let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

it('the reference of a pro forma pays its invoice again after the payment was reversed (PAY-3)', async () => {
  const organizationId = await billing.organization();
  const { proForma, invoice } = await billing.paidOrder(organizationId, { servicerReference: 'REVERSED' });
  await billing.test.call(changePrepaidSettings, { organizationId, paysInvoices: false }, anna);
  await billing.receive({ amount: PRICE, servicerReference: 'REVERSED', isReversal: true });
  expect((await billing.document(organizationId, invoice.id)).status).toBe('open');
  await billing.receive({ amount: PRICE, reference: proForma.reference! });
  expect((await billing.document(organizationId, invoice.id)).status).toBe('paid');
});
