import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { payDocument } from '@cordee/contracts/billing/document';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import type { Input } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { renewalDetached } from '@cordee/contracts/renewals/renewal';
import { addDays } from '@cordee/calendar/local-date';
import { uuid } from '@cordee/testing/test-service';
import { anna, asService, BillingFixture, chf } from '../../test/billing.fixture.ts';

type OrganizationId = `org_${string}`;
const PERIOD = { periodStart: '2027-01-31', periodEnd: '2028-01-31' };

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

const inputOf = (
  organizationId: OrganizationId,
  productIds: `prd_${string}`[],
): Input<typeof issueRenewalProForma> => ({
  organizationId,
  currency: 'CHF',
  validUntil: addDays(billing.today(), 100),
  periods: productIds.map((productId) => ({
    productId,
    type: 'web_hosting',
    name: 'alpine.example',
    interval: 'yearly' as const,
    ...PERIOD,
  })),
});
const issueProForma = (organizationId: OrganizationId, ...productIds: `prd_${string}`[]) =>
  billing.test.call(issueRenewalProForma, inputOf(organizationId, productIds), asService, billing.newKeyOptions());
const statusOf = async (organizationId: OrganizationId, { id }: { id: `pfm_${string}` }): Promise<string> =>
  (await billing.document(organizationId, id)).status;
const charge = (organizationId: OrganizationId, productId: `prd_${string}`, method: 'prepaid' | 'on_credit') =>
  billing.test.call(chargePeriod, billing.chargeInput(organizationId, { productId, method, ...PERIOD }), asService);

describe('a renewal pro forma', () => {
  it('becomes a paid invoice with a small shortfall when the bank file shows charges', async () => {
    const organizationId = await billing.organization();
    const { id, reference, total } = await issueProForma(organizationId, newId('prd', new Date()));
    const report = await billing.receive({ amount: total.amount - 20, reference: reference!, charges: chf(20) });
    expect(report.bookings).toMatchObject([{ status: 'paid', detail: expect.stringContaining('bank fees') }]);
    const { invoiceId } = await billing.document(organizationId, id);
    expect(await billing.document(organizationId, invoiceId!)).toMatchObject({ status: 'paid', open: chf(0) });
    // A credit note never refunds what was not received.
    const [invoice] = await billing.test.rows(`select shortfall_amount::int from invoice where id = $1`, [
      uuid(invoiceId!),
    ]);
    expect(invoice).toEqual({ shortfall_amount: 20 });
  });

  it('becomes a paid invoice for its periods, which cannot be charged again', async () => {
    const organizationId = await billing.organization();
    const products = [newId('prd', new Date()), newId('prd', new Date())];
    const { relatedProForma, ...proForma } = await issueProForma(organizationId, ...products);
    expect(relatedProForma).toBeNull();
    expect(proForma).toEqual(await billing.document(organizationId, proForma.id));
    expect(proForma).toMatchObject({ status: 'issued', orderId: null, dueOn: addDays(billing.today(), 100) });
    await billing.receive({ amount: proForma.total.amount, reference: proForma.reference! });
    const { invoiceId, status } = await billing.document(organizationId, proForma.id);
    expect(status).toBe('converted');
    const invoice = await billing.document(organizationId, invoiceId!);
    expect(invoice).toMatchObject({ status: 'paid', proFormaNumber: proForma.number, total: proForma.total });
    expect(invoice.lines.map(({ periodStart, periodEnd }) => ({ periodStart, periodEnd }))).toEqual([PERIOD, PERIOD]);
    expect(await billing.eventsOf(invoiceId!)).toContainEqual({
      type: 'period.paid',
      data: {
        organizationId,
        invoiceId,
        periods: products.map((productId) => ({ productId, ...PERIOD })),
      },
    });
    // A charge of the period returns the invoice.
    expect(await charge(organizationId, products[0]!, 'prepaid')).toMatchObject({ status: 'paid', invoiceId });
    expect(
      await billing.test.codeOf(
        issueRenewalProForma,
        inputOf(organizationId, [products[1]!]),
        asService,
        billing.newKeyOptions(),
      ),
    ).toBe('PERIOD_CHARGED');
  });

  it.each(['on_credit', 'prepaid'] as const)(
    'is cancelled when one of its periods is charged with the method %s',
    async (method) => {
      const organizationId = await billing.organization();
      const productId = newId('prd', new Date());
      const proForma = await issueProForma(organizationId, productId, newId('prd', new Date()));
      await billing.topUp(organizationId, 20_000);
      await charge(organizationId, productId, method);
      expect(await statusOf(organizationId, { id: proForma.id as `pfm_${string}` })).toBe('cancelled');
      await billing.receive({ amount: proForma.total.amount, reference: proForma.reference! });
      expect(await billing.balance(organizationId)).toBe(20_000 - 11_675 + proForma.total.amount);
    },
  );

  it('is cancelled by a newer pro forma, and by a transfer of the product', async () => {
    const organizationId = await billing.organization();
    const productId = newId('prd', new Date());
    const first = await issueProForma(organizationId, productId);
    const second = await issueProForma(organizationId, productId);
    const statuses = () =>
      Promise.all([first, second].map(({ id }) => statusOf(organizationId, { id: id as `pfm_${string}` })));
    expect(await statuses()).toEqual(['cancelled', 'issued']);
    await billing.test.publishEvent(renewalDetached, { ...renewalDetached.example, organizationId, productId });
    expect(await statuses()).toEqual(['cancelled', 'cancelled']);
  });

  it('is not paid a second time when its period is charged at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const organizationId = await billing.organization();
      const productId = newId('prd', new Date());
      await billing.topUp(organizationId, 2 * 11_675);
      const { id } = await issueProForma(organizationId, productId);
      const [code, charged] = await Promise.all([
        billing.test.codeOf(
          payDocument,
          { organizationId, documentId: id, method: 'prepaid' },
          anna,
          billing.newKeyOptions(),
        ),
        charge(organizationId, productId, 'prepaid'),
      ]);
      expect(['ok', 'DOCUMENT_NOT_PAYABLE']).toContain(code);
      expect(charged.status).toBe('paid');
      expect(await billing.balance(organizationId)).toBe(11_675);
      expect((await billing.document(organizationId, charged.invoiceId!)).total).toEqual(chf(11_675));
    }
  });
});
