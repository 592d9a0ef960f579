import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
  const secondCharge = await billing.test.call(
    chargePeriod,
    { ...input, chargeId: newId('chg', new Date()) },
    asService,
  );
  expect(secondCharge.invoiceId).not.toBe(invoiceId);
  expect((await billing.document(organizationId, secondCharge.invoiceId!)).status).toBe('open');
});

describe('a charge', () => {
  const startCharge = async (organizationId: `org_${string}`) => {
    const input = billing.chargeInput(organizationId, { method: 'on_credit' });
    const { invoiceId } = await billing.test.call(chargePeriod, input, asService);
    const credit = (amount?: number) =>
      billing.test.call(
        creditInvoice,
        { organizationId, documentId: invoiceId!, reason: 'Wrong price', ...(amount !== undefined && { amount }) },
        staff,
        billing.newKeyOptions(),
      );
    const chargeAgain = (chargeId = newId('chg', new Date())) =>
      billing.test.call(chargePeriod, { ...input, chargeId }, asService);
    return { input, invoiceId: invoiceId!, credit, chargeAgain };
  };

  it('that is credited in part stays, until the rest is credited too', async () => {
    const { invoiceId, credit, chargeAgain } = await startCharge(await billing.organization());
    await credit(1_000);
    expect((await chargeAgain()).invoiceId).toBe(invoiceId);
    await credit();
    expect((await chargeAgain()).invoiceId).not.toBe(invoiceId);
  });

  it('that is credited in full is charged again once, and a repeated first call returns the first result', async () => {
    const { input, invoiceId, credit, chargeAgain } = await startCharge(await billing.organization());
    await credit();
    expect((await chargeAgain(input.chargeId)).invoiceId).toBe(invoiceId);
    const answers = await Promise.all([chargeAgain(), chargeAgain(), chargeAgain()]);
    const invoiceIds = new Set(answers.map((each) => each.invoiceId));
    expect(invoiceIds.size).toBe(1);
    expect(invoiceIds.has(invoiceId)).toBe(false);
  });

  it('that was credited to the former organization does not block a charge of the new one', async () => {
    const { input, credit } = await startCharge(await billing.organization());
    const organizationId = await billing.organization();
    const chargeOfNewOrganization = { ...input, organizationId, chargeId: newId('chg', new Date()) };
    expect(await billing.test.codeOf(chargePeriod, chargeOfNewOrganization, asService)).toBe('PERIOD_CHARGED');
    await credit();
    expect(await billing.test.codeOf(chargePeriod, chargeOfNewOrganization, asService)).toBe('ok');
  });
});
