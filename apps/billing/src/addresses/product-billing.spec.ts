import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addAddress, removeAddress } from '@cordee/contracts/billing/address';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { creditInvoice } from '@cordee/contracts/billing/credit-note';
import { cancelOrder, getOrder } from '@cordee/contracts/billing/order';
import { changeProductBilling, getProductBilling, listProductBilling } from '@cordee/contracts/billing/product-billing';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import { newId } from '@cordee/contracts/id';
import { renewalDetached } from '@cordee/contracts/renewals/renewal';
import { address, anna, asService, BillingFixture, people, staff } from '../../test/billing.fixture.ts';
import { exportCsv } from '../../test/csv-export.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

type OrganizationId = `org_${string}`;
type ProductId = `prd_${string}`;

/** Creates an organization with the default address, the address "Dept B" and a product. */
async function createOrganizationWithProduct() {
  const organizationId = await billing.organization();
  const { id: addressId } = await billing.test.call(addAddress, { organizationId, ...address, name: 'Dept B' }, anna);
  const productId = newId('prd', new Date());
  setProducts(organizationId, productId);
  return { organizationId, addressId, productId };
}
/** Makes the products the only products of the organization. */
const setProducts = (organizationId: OrganizationId, ...productIds: ProductId[]): void => {
  billing.test.stubbedSnapshots.products.set(
    organizationId,
    productIds.map((productId) => ({ productId, type: 'web_hosting', name: 'alpine.example' })),
  );
};
const settingsOf = (organizationId: OrganizationId, productId: ProductId) =>
  billing.test.call(getProductBilling, { organizationId, productId }, people.payer);
/** Charges the next period of a product on credit. Returns the invoice. */
async function charge(organizationId: OrganizationId, productId: ProductId, periodStart = '2027-01-31') {
  const input = billing.chargeInput(organizationId, { productId, periodStart, method: 'on_credit' });
  const { invoiceId } = await billing.test.call(chargePeriod, input, asService);
  return billing.document(organizationId, invoiceId!);
}

describe('the billing settings of a product (ADDR-1)', () => {
  it('determine the address and the cost centre of later documents only', async () => {
    const { organizationId, addressId, productId } = await createOrganizationWithProduct();
    const earlierInvoice = await charge(organizationId, productId);
    expect(earlierInvoice.buyer.name).toBe(address.name);
    const settings = { addressId, costCentre: '4200 Web' };
    expect(
      await billing.test.call(changeProductBilling, { organizationId, productId, ...settings }, people.payer),
    ).toEqual({ productId, ...settings, version: 1 });
    const invoice = await charge(organizationId, productId, '2028-01-31');
    expect(invoice.buyer.name).toBe('Dept B');
    expect(invoice.lines.map(({ costCentre }) => costCentre)).toEqual(['4200 Web']);
    expect(await billing.document(organizationId, earlierInvoice.id)).toEqual(earlierInvoice);
    const [issued] = await billing.eventsOf(invoice.id);
    expect(issued!.data['figures']).toMatchObject({
      costCentres: [{ costCentre: '4200 Web', net: invoice.net, vat: invoice.vat }],
    });
    const [earlierIssued] = await billing.eventsOf(earlierInvoice.id);
    expect(earlierIssued!.data['figures']).toMatchObject({ costCentres: [] });
    // A credit note has the cost centre of the invoice.
    const creditNote = await billing.test.call(
      creditInvoice,
      { organizationId, documentId: invoice.id, reason: 'x', productEffect: 'continues' },
      staff,
      billing.newKeyOptions(),
    );
    expect(creditNote.lines.map(({ costCentre }) => costCentre)).toEqual(['4200 Web']);
    const csv = await exportCsv(billing, organizationId, { text: '4200' });
    expect(csv.match(/4200 Web/g)).toHaveLength(2);
    expect(csv).toContain(invoice.number);
    expect(csv).not.toContain(earlierInvoice.number);
  });

  it('apply to renewal pro formas; the payer may choose another address', async () => {
    const { organizationId, addressId, productId } = await createOrganizationWithProduct();
    await billing.test.call(changeProductBilling, { organizationId, productId, costCentre: '4200' }, anna);
    const period = { productId, type: 'web_hosting', name: 'alpine.example', interval: 'yearly' as const };
    const proForma = await billing.test.call(
      issueRenewalProForma,
      {
        organizationId,
        addressId,
        currency: 'CHF',
        validUntil: '2027-04-01',
        periods: [{ ...period, periodStart: '2027-01-31', periodEnd: '2028-01-31' }],
      },
      asService,
      billing.newKeyOptions(),
    );
    expect(proForma).toMatchObject({ buyer: { name: 'Dept B' }, lines: [{ costCentre: '4200' }] });
  });

  it('are chosen with the order, and stay on the invoice of the pro forma', async () => {
    const { organizationId, addressId } = await createOrganizationWithProduct();
    const order = await billing.order(organizationId, [{ costCentre: 'IT' }, {}], { addressId });
    const [first, second] = order.lines.map(({ productId }) => productId);
    setProducts(organizationId, first!, second!);
    expect(await settingsOf(organizationId, first!)).toMatchObject({ addressId, costCentre: 'IT' });
    expect(await settingsOf(organizationId, second!)).toMatchObject({ addressId, costCentre: null });
    const proForma = await billing.document(organizationId, order.proFormaId);
    await billing.receive({ amount: proForma.total.amount, reference: proForma.reference! });
    const { invoiceId } = await billing.test.call(getOrder, { organizationId, orderId: order.id }, anna);
    const invoice = await billing.document(organizationId, invoiceId!);
    expect(invoice.lines.map(({ costCentre }) => costCentre)).toEqual(['IT', null]);
    expect((await billing.pdf(organizationId, invoice.id)).length).toBeGreaterThan(1_000);
  });

  it('of a cancelled order and of a product that leaves the organization are deleted', async () => {
    const { organizationId, addressId, productId } = await createOrganizationWithProduct();
    const order = await billing.order(organizationId, [{ costCentre: 'IT' }]);
    await billing.test.call(cancelOrder, { organizationId, orderId: order.id }, anna);
    await billing.test.call(changeProductBilling, { organizationId, productId, addressId }, anna);
    await billing.test.publishEvent(renewalDetached, { ...renewalDetached.example, organizationId, productId });
    const productIds = [productId, order.lines[0]!.productId];
    const { data } = await billing.test.call(listProductBilling, { organizationId, productIds }, asService);
    expect(data).toEqual([]);
  });

  it('fall back to the default address when the address is removed', async () => {
    const { organizationId, addressId, productId } = await createOrganizationWithProduct();
    await billing.test.call(changeProductBilling, { organizationId, productId, addressId, costCentre: 'IT' }, anna);
    await billing.test.call(removeAddress, { organizationId, addressId }, anna);
    expect(await settingsOf(organizationId, productId)).toMatchObject({ addressId: null, costCentre: 'IT' });
    expect((await charge(organizationId, productId)).buyer.name).toBe(address.name);
  });

  it('are deleted by null or an empty text, and protected by If-Match and permissions', async () => {
    const { organizationId, addressId, productId } = await createOrganizationWithProduct();
    const change = (fields: object, as: (typeof people)[keyof typeof people] = anna) =>
      billing.test.codeOf(changeProductBilling, { organizationId, productId, ...fields }, as);
    expect(await change({ addressId, costCentre: 'IT', ifMatch: [0] })).toBe('ok');
    expect(await change({ costCentre: 'HR', ifMatch: [0] })).toBe('VERSION_MISMATCH');
    expect(await change({ costCentre: 'IT', ifMatch: [1] })).toBe('ok');
    expect(await change({ addressId: null, costCentre: '' })).toBe('ok');
    expect(await settingsOf(organizationId, productId)).toMatchObject({
      addressId: null,
      costCentre: null,
      version: 2,
    });
    expect(await change({ addressId: newId('adr', new Date()) })).toBe('ADDRESS_NOT_FOUND');
    expect(await change({ productId: newId('prd', new Date()) })).toBe('PRODUCT_NOT_FOUND');
    expect(await change({ costCentre: 'IT' }, people.viewer)).toBe('PERMISSION_DENIED');
    const other = await billing.organization();
    expect(
      await billing.test.codeOf(changeProductBilling, { organizationId: other, productId, costCentre: 'IT' }, anna),
    ).toBe('PRODUCT_NOT_FOUND');
  });
});
