import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { creditInvoice } from '@cordee/contracts/billing/credit-note';
import { newId } from '@cordee/contracts/id';
import { asService, BillingFixture, staff } from '../../test/billing.fixture.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

it('a period whose invoice was credited in full is charged again (C-REN-05)', async () => {
  const organizationId = await billing.organization();
  const input = billing.chargeInput(organizationId, { method: 'on_credit' });
  const { invoiceId } = await billing.test.call(chargePeriod, input, asService);
  const credit = { organizationId, documentId: invoiceId!, reason: 'Wrong price' };
  await billing.test.call(creditInvoice, credit, staff, billing.newKeyOptions());
  const again = await billing.test.call(chargePeriod, { ...input, chargeId: newId('chg', new Date()) }, asService);
  expect(again.invoiceId).not.toBe(invoiceId);
  expect((await billing.document(organizationId, again.invoiceId!)).status).toBe('open');
});
