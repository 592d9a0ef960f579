import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import { uuid } from '@cordee/testing/test-service';
import { anna, asService, BillingFixture, chf } from '../../test/billing.fixture.ts';
import { createOrder } from '@cordee/contracts/billing/order';

jest.setTimeout(180_000);
/** A seller with OSS and a registration in the United Kingdom, and a seller without any registration abroad. */
let billing: BillingFixture;
let billingWithoutRegistration: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
  billingWithoutRegistration = await BillingFixture.start({ SELLER_VAT_REGISTRATIONS: '' });
});
afterAll(async () => {
  await billing.stop();
  await billingWithoutRegistration.stop();
});

type Place = Partial<{ country: string; postalCode: string; vatNumber: string }>;

/** Creates the organization of a consumer. */
async function consumerIn(place: Place, fixture = billing): Promise<`org_${string}`> {
  const organizationId = await fixture.organization(place);
  fixture.legalForms.set(organizationId, 'person');
  return organizationId;
}

const inFrance = { country: 'FR', postalCode: '75001' };

describe('the VAT of a consumer abroad (C-VAT-01)', () => {
  it('is that of the territory of the consumer, under the registration of the seller', async () => {
    const { proForma, invoice } = await billing.paidOrder(await consumerIn(inFrance));
    expect(proForma).toMatchObject({ net: chf(10_800), vat: chf(2_160), total: chf(12_960) });
    expect(invoice).toMatchObject({
      total: chf(12_960),
      vatTotals: [{ rate: '20', category: 'S', vat: chf(2_160) }],
      lines: [{ vatRate: '20', vatCategory: 'S' }],
    });
  });

  it.each([
    ['in Büsingen, which is Swiss', { country: 'DE', postalCode: '78266' }, 875],
    ['in Germany', { country: 'DE', postalCode: '78267' }, 2_052],
    ['in Monaco, which has French VAT', { country: 'MC', postalCode: '98000' }, 2_160],
    ['on Madeira', { country: 'PT', postalCode: '9000-017' }, 2_376],
    ['in the United Kingdom', { country: 'GB', postalCode: 'SW1A 1AA' }, 2_160],
    ['in Italy', { country: 'IT', postalCode: '00118' }, 2_376],
  ])('%s', async (_, place, vat) => {
    expect(await billing.proForma(await consumerIn(place))).toMatchObject({ net: chf(10_800), vat: chf(vat) });
  });

  it.each([
    ['in France', inFrance],
    ['in Campione, which is not Swiss', { country: 'IT', postalCode: '22061' }],
    ['in the United States', { country: 'US', postalCode: '94105' }],
  ])('%s without a registration: orders are refused, and nothing is created', async (_, place) => {
    const { test } = billingWithoutRegistration;
    const organizationId = await consumerIn(place, billingWithoutRegistration);
    const lines = [{ type: 'web_hosting', name: 'alpine.example', costCentre: '4200' }];
    const keyOptions = billingWithoutRegistration.newKeyOptions();
    const error = await test.call(createOrder, { organizationId, lines }, anna, keyOptions).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'NO_VAT_REGISTRATION' });
    for (const table of ['"order"', 'pro_forma', 'document_line', 'payment_reference', 'product_billing'])
      expect(
        await test.rows(`select count(*)::int as count from ${table} where organization_id = $1`, [
          uuid(organizationId),
        ]),
      ).toEqual([{ count: 0 }]);
  });

  it('without a registration: renewals are refused, also on credit, and nothing is created', async () => {
    const { test } = billingWithoutRegistration;
    const organizationId = await consumerIn(inFrance, billingWithoutRegistration);
    for (const method of ['prepaid', 'on_credit'] as const)
      expect(
        await test.codeOf(chargePeriod, billingWithoutRegistration.chargeInput(organizationId, { method }), asService),
      ).toBe('NO_VAT_REGISTRATION');
    expect(
      await test.codeOf(
        issueRenewalProForma,
        { ...issueRenewalProForma.example.input, organizationId },
        asService,
        billingWithoutRegistration.newKeyOptions(),
      ),
    ).toBe('NO_VAT_REGISTRATION');
    expect(
      await test.rows(
        `select (select count(*) from invoice where organization_id = $1)::int as invoices,
                (select count(*) from charge where organization_id = $1)::int as charges,
                (select count(*) from pro_forma where organization_id = $1)::int as pro_formas`,
        [uuid(organizationId)],
      ),
    ).toEqual([{ invoices: 0, charges: 0, pro_formas: 0 }]);
  });

  it('is charged on renewals too', async () => {
    const organizationId = await consumerIn(inFrance);
    const { invoiceId } = await billing.test.call(
      chargePeriod,
      billing.chargeInput(organizationId, { method: 'on_credit' }),
      asService,
    );
    expect(await billing.document(organizationId, invoiceId!)).toMatchObject({
      vat: chf(2_160),
      lines: [{ vatRate: '20', periodStart: '2027-01-31', periodEnd: '2028-01-31' }],
    });
  });
});

describe('the VAT of a business abroad', () => {
  it('of the EU is reverse charge; of another country it is outside of the scope of VAT', async () => {
    const inEu = await billing.organization({ country: 'FR', postalCode: '75001', vatNumber: 'FR40303265045' });
    expect(await billing.proForma(inEu)).toMatchObject({
      vat: chf(0),
      vatTotals: [{ rate: '0', category: 'AE' }],
    });
    const inUnitedStates = await billing.organization({ country: 'US', postalCode: '94105' });
    expect(await billing.proForma(inUnitedStates)).toMatchObject({
      vat: chf(0),
      vatTotals: [{ rate: '0', category: 'O' }],
    });
  });

  it('of the EU without a VAT number is that of a consumer', async () => {
    expect(await billing.proForma(await billing.organization(inFrance))).toMatchObject({ vat: chf(2_160) });
  });
});
