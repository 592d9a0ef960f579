import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { changeAddress, listAddresses } from '@cordee/contracts/billing/address';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { createOrder } from '@cordee/contracts/billing/order';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import { getVatDecision } from '@cordee/contracts/billing/vat-decision';
import { addDays } from '@cordee/calendar/local-date';
import { uuid } from '@cordee/testing/test-service';
import { anna, asService, BillingFixture, chf, people } from '../../test/billing.fixture.ts';

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

type Place = Partial<{ country: string; postalCode: string; vatNumber: string; isPlaceConfirmed: boolean }>;

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
  ])('is charged %s', async (_, place, vat) => {
    expect(await billing.proForma(await consumerIn(place))).toMatchObject({ net: chf(10_800), vat: chf(vat) });
  });

  it.each([
    ['in France', inFrance],
    ['in Campione, which is not Swiss', { country: 'IT', postalCode: '22061' }],
    ['in the United States', { country: 'US', postalCode: '94105' }],
  ])('%s needs a registration: else orders are refused, and nothing is created', async (_, place) => {
    const { test } = billingWithoutRegistration;
    const organizationId = await consumerIn(place, billingWithoutRegistration);
    const lines = [{ type: 'web_hosting', name: 'alpine.example', costCentre: '4200' }];
    const keyOptions = billingWithoutRegistration.newKeyOptions();
    const error = await test.call(createOrder, { organizationId, lines }, anna, keyOptions).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'NO_VAT_REGISTRATION' });
    for (const table of ['"order"', 'pro_forma', 'document_line', 'product_billing'])
      expect(
        await test.rows(`select count(*)::int as count from ${table} where organization_id = $1`, [
          uuid(organizationId),
        ]),
      ).toEqual([{ count: 0 }]);
  });

  it('needs a registration: else renewals are refused, also on credit, and nothing is created', async () => {
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

describe('the VAT decision of a document', () => {
  const decisionOf = (
    organizationId: `org_${string}`,
    documentId: `pfm_${string}` | `inv_${string}`,
    as = people.viewer,
  ) => billing.test.call(getVatDecision, { organizationId, documentId }, as);

  it('is stored with the document and explained', async () => {
    const organizationId = await consumerIn(inFrance);
    const { invoice } = await billing.paidOrder(organizationId);
    const decision = await decisionOf(organizationId, invoice.id as `inv_${string}`);
    expect(decision).toMatchObject({
      territory: 'FR',
      territoryName: null,
      buyerKind: 'consumer',
      reason: 'registration',
      category: 'S',
      rateMethod: 'tax_point',
      taxPoint: billing.today(),
      rates: [{ rate: '20', firstDay: '2014-01-01' }],
      registration: { scope: 'OSS', number: 'EU372000001' },
    });
    expect(decision.explanation).toEqual(
      expect.arrayContaining([
        'The billing address is in the VAT territory FR.',
        'The buyer is a consumer.',
        'The seller charges the VAT of FR under its registration OSS (EU372000001).',
        `The rate is that of the tax point, ${billing.today()}: 20 % (since 2014-01-01).`,
      ]),
    );
  });

  it('has the value date of the payment as tax point when it is before the date of the invoice', async () => {
    const organizationId = await consumerIn(inFrance);
    const valueDate = addDays(billing.today(), -2);
    const { invoice } = await billing.paidOrder(organizationId, { valueDate });
    expect(invoice.issuedOn).toBe(billing.today());
    expect(await decisionOf(organizationId, invoice.id as `inv_${string}`)).toMatchObject({ taxPoint: valueDate });
  });

  it('of an order in Büsingen says that it is Swiss', async () => {
    const organizationId = await consumerIn({ country: 'DE', postalCode: '78266' });
    const { proFormaId } = await billing.order(organizationId);
    expect(await decisionOf(organizationId, proFormaId)).toMatchObject({
      territory: 'CH',
      territoryName: 'Büsingen',
      reason: 'swiss_rates',
      rates: [{ rate: '8.1', firstDay: '2024-01-01' }],
      explanation: expect.arrayContaining(['The billing address is in the VAT territory CH (Büsingen).']),
    });
  });

  it('of a document of an earlier version is derived from its lines', async () => {
    const organizationId = await billing.organization();
    const { proFormaId } = await billing.order(organizationId);
    await billing.test.rows(`update pro_forma set vat_decision = null where id = $1`, [uuid(proFormaId)]);
    await billing.test.rows(`update document_line set vat_category = null where document_id = $1`, [uuid(proFormaId)]);
    expect(await decisionOf(organizationId, proFormaId)).toMatchObject({
      reason: 'earlier_version',
      rates: [{ rate: '8.1', firstDay: '2024-01-01' }],
    });
    const { reference, total } = await billing.document(organizationId, proFormaId);
    expect((await billing.receive({ amount: total.amount, reference: reference! })).bookings).toMatchObject([
      { status: 'paid' },
    ]);
    expect(await billing.document(organizationId, proFormaId)).toMatchObject({
      status: 'converted',
      vatTotals: [{ rate: '8.1', category: 'S' }],
    });
  });

  it('is visible to whoever may see the document', async () => {
    const organizationId = await consumerIn(inFrance);
    const { proFormaId: documentId } = await billing.order(organizationId);
    const input = { organizationId, documentId };
    expect(await billing.test.codeOf(getVatDecision, input, people.externalViewer)).toBe('ok');
    expect(await billing.test.codeOf(getVatDecision, input, people.collaborator)).toBe('PERMISSION_DENIED');
    expect(await billing.test.codeOf(getVatDecision, input, people.outsider)).toBe('ORGANIZATION_NOT_FOUND');
    const otherId = await consumerIn(inFrance);
    expect(await billing.test.codeOf(getVatDecision, { organizationId: otherId, documentId }, people.anna)).toBe(
      'DOCUMENT_NOT_FOUND',
    );
  });
});

describe('the place of a consumer in the EU (C-VAT-02)', () => {
  const order = (organizationId: `org_${string}`) =>
    billing.order(organizationId).catch((error: { code: string; detail: string }) => error);

  it('needs a second piece of evidence, else the buyer is asked, and nothing is created', async () => {
    const organizationId = await consumerIn({ ...inFrance, isPlaceConfirmed: false });
    expect(await order(organizationId)).toMatchObject({ code: 'VAT_PLACE_UNCONFIRMED' });
    expect(
      await billing.test.rows(`select count(*)::int as count from pro_forma where organization_id = $1`, [
        uuid(organizationId),
      ]),
    ).toEqual([{ count: 0 }]);
    const { data } = await billing.test.call(listAddresses, { organizationId }, anna);
    const addressId = data[0]!.id;
    await billing.test.call(changeAddress, { organizationId, addressId, isPlaceConfirmed: true }, anna);
    const { proFormaId } = await billing.order(organizationId);
    expect(await billing.test.call(getVatDecision, { organizationId, documentId: proFormaId }, anna)).toMatchObject({
      evidence: [
        { kind: 'address', country: 'FR' },
        { kind: 'confirmation', country: 'FR' },
      ],
      explanation: expect.arrayContaining(['Evidence of the place: address FR, confirmation of the buyer FR.']),
    });
    // A move ends the confirmation.
    await billing.test.call(changeAddress, { organizationId, addressId, country: 'BE', postalCode: '1000' }, anna);
    expect(await order(organizationId)).toMatchObject({ code: 'VAT_PLACE_UNCONFIRMED' });
  });

  it('is proven by a bank account of the country, not by one of another country', async () => {
    const pay = async (organizationId: `org_${string}`, debtorIban: string) => {
      const { standingOrderReference: reference } = await billing.prepaid(organizationId);
      await billing.receive({ amount: 100, reference, debtorIban });
    };
    const organizationId = await consumerIn({ ...inFrance, isPlaceConfirmed: false });
    await pay(organizationId, 'AT611904300234573201');
    expect(await order(organizationId)).toMatchObject({ code: 'VAT_PLACE_UNCONFIRMED' });
    await pay(organizationId, 'FR1420041010050500013M02606');
    expect(await order(organizationId)).toMatchObject({ status: 'pending' });
  });

  it('is not asked of businesses, of buyers outside of the EU, and at charges, where no buyer can answer', async () => {
    for (const place of [
      { country: 'CH', postalCode: '1204' },
      { country: 'GB', postalCode: 'SW1A 1AA' },
      { ...inFrance, vatNumber: 'FR40303265045' },
    ])
      expect(await order(await consumerIn({ ...place, isPlaceConfirmed: false }))).toMatchObject({ status: 'pending' });
    const organizationId = await consumerIn({ ...inFrance, isPlaceConfirmed: false });
    const input = billing.chargeInput(organizationId, { method: 'on_credit' });
    expect(await billing.test.call(chargePeriod, input, asService)).toMatchObject({ status: 'issued' });
  });
});
