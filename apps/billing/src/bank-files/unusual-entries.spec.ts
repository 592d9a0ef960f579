import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BillingFixture, type FilePayment } from '../../test/billing.fixture.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** Creates a pro forma of a German consumer. Returns a payment of its exact total. */
async function paymentOfConsumer(): Promise<FilePayment> {
  const organizationId = await billing.organization({ country: 'DE', postalCode: '10115', town: 'Berlin' });
  billing.legalForms.set(organizationId, 'person');
  const { total, reference } = await billing.proForma(organizationId, [{}], { currency: 'EUR' });
  return { amount: total.amount, currency: 'EUR', reference: reference! };
}

describe('an unusual entry of a valid file does not stop the import (PAY-2)', () => {
  it.each(['MGA', 'XYZ'])('with an amount in %s, whose decimals are unknown', async (currency) => {
    const file = billing.camt([{ amount: 100, currency: 'SEK' }, { amount: 100 }]).replaceAll('SEK', currency);
    const { bookings } = await billing.importFile(file);
    expect(bookings).toMatchObject([
      { status: 'suspense', amount: null },
      { status: 'suspense', amount: { currency: 'CHF' } },
    ]);
  });

  it('with a value date before the first VAT rate of the territory', async () => {
    const { bookings } = await billing.receive({ ...(await paymentOfConsumer()), valueDate: '2006-11-20' });
    expect(bookings).toMatchObject([{ status: 'paid' }]);
  });
});

it('payments with the same end-to-end id are all booked, but not again when their file is imported again', async () => {
  const organizationId = await billing.organization();
  const { standingOrderReference: reference } = await billing.prepaid(organizationId);
  const payment = { amount: 1_000, reference, servicerReference: 'NONREF', endToEndId: 'RENT' };
  const file = billing.camt([payment, payment]);
  expect((await billing.importFile(file)).counts).toMatchObject({ booked: 2 });
  expect((await billing.importFile(file)).counts).toMatchObject({ booked: 0, alreadyBooked: 2 });
  expect(await billing.balance(organizationId)).toBe(2_000);
});
