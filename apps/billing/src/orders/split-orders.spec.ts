import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { payDocument } from '@cordee/contracts/billing/document';
import { cancelOrder, createOrder, getOrder } from '@cordee/contracts/billing/order';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import { getVatDecision } from '@cordee/contracts/billing/vat-decision';
import { addDays } from '@cordee/calendar/local-date';
import { newId } from '@cordee/contracts/id';
import { uuid } from '@cordee/testing/test-service';
import { anna, asService, BillingFixture, chf } from '../../test/billing.fixture.ts';
import { readPdf } from '../../test/pdf-reader.ts';

jest.setTimeout(120_000);
let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** Orders products inside and outside of the scope of VAT. Returns both orders with their pro formas. */
async function splitOrder(organizationId: `org_${string}`) {
  const taxed = await billing.order(organizationId, [{ type: 'deposit', name: 'first' }, {}, { type: 'deposit' }]);
  const untaxed = await billing.test.call(getOrder, { organizationId, orderId: taxed.relatedOrderId! }, anna);
  return {
    taxed: { order: taxed, proForma: await billing.document(organizationId, taxed.proFormaId) },
    untaxed: { order: untaxed, proForma: await billing.document(organizationId, untaxed.proFormaId) },
  };
}

describe('an order with products inside and outside of the scope of VAT (DOC-8, C-VAT-04)', () => {
  it('is two orders with a pro forma each, which refer to each other', async () => {
    const organizationId = await billing.organization();
    const { taxed, untaxed } = await splitOrder(organizationId);
    expect(taxed.order).toMatchObject({ total: chf(11_675), lines: [{ type: 'web_hosting' }] });
    expect(untaxed.order).toMatchObject({
      relatedOrderId: taxed.order.id,
      total: chf(10_000),
      lines: [{ type: 'deposit', name: 'first' }, { type: 'deposit' }],
    });
    expect(taxed.proForma.vatTotals).toMatchObject([{ category: 'S', rate: '8.1' }]);
    expect(untaxed.proForma).toMatchObject({ vat: chf(0), vatTotals: [{ category: 'O', rate: '0' }] });
    expect(untaxed.proForma.reference).not.toBe(taxed.proForma.reference);
    for (const [own, other] of [
      [taxed, untaxed],
      [untaxed, taxed],
    ] as const) {
      const { id, number } = other.proForma;
      const documentId = own.order.proFormaId;
      const decision = await billing.test.call(getVatDecision, { organizationId, documentId }, anna);
      expect(decision.relatedProForma).toEqual({ id, number });
      expect(decision.explanation.join(' ')).toContain(number);
      expect(JSON.stringify(await readPdf(await billing.pdf(organizationId, documentId)))).toContain(number);
    }
  });

  it('is paid in two payments: each creates its products and an invoice of one category', async () => {
    const organizationId = await billing.organization();
    const { taxed, untaxed } = await splitOrder(organizationId);
    await billing.receive({ amount: 10_000, reference: untaxed.proForma.reference! });
    const paid = await billing.test.call(getOrder, { organizationId, orderId: untaxed.order.id }, anna);
    expect(paid.status).toBe('paid');
    const open = await billing.test.call(getOrder, { organizationId, orderId: taxed.order.id }, anna);
    expect(open).toMatchObject({ status: 'pending', invoiceId: null });
    await billing.receive({ amount: 11_675, reference: taxed.proForma.reference! });
    const { invoiceId } = await billing.test.call(getOrder, { organizationId, orderId: taxed.order.id }, anna);
    const invoices = [
      await billing.document(organizationId, paid.invoiceId!),
      await billing.document(organizationId, invoiceId!),
    ];
    expect(invoices.map(({ status, vatTotals }) => [status, vatTotals.map(({ category }) => category)])).toEqual([
      ['paid', ['O']],
      ['paid', ['S']],
    ]);
    const [first, second] = invoices.map(({ number }) => Number(number.split('-').at(-1)));
    expect(second).toBe(first! + 1);
    for (const { order } of [untaxed, taxed]) {
      const events = await billing.eventsOf(order.id);
      const orderPaidEvents = events.filter(({ type }) => type.includes('order.paid'));
      expect(orderPaidEvents.map(({ data }) => (data['lines'] as unknown[]).length)).toEqual([order.lines.length]);
    }
  });

  it('is cancelled per order: the other order can still be paid', async () => {
    const organizationId = await billing.organization();
    const { taxed, untaxed } = await splitOrder(organizationId);
    await billing.test.call(cancelOrder, { organizationId, orderId: untaxed.order.id }, anna);
    expect((await billing.document(organizationId, untaxed.order.proFormaId)).status).toBe('cancelled');
    expect((await billing.document(organizationId, taxed.order.proFormaId)).status).toBe('issued');
  });

  it('is paid once per part when its parts are paid and cancelled at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const organizationId = await billing.organization();
      const { taxed, untaxed } = await splitOrder(organizationId);
      await billing.topUp(organizationId, 2 * (11_675 + 10_000));
      const pay = (documentId: `pfm_${string}`) =>
        billing.test.codeOf(
          payDocument,
          { organizationId, documentId, method: 'prepaid' },
          anna,
          billing.newKeyOptions(),
        );
      const codes = await Promise.all([
        pay(taxed.order.proFormaId),
        pay(untaxed.order.proFormaId),
        billing.test.codeOf(cancelOrder, { organizationId, orderId: untaxed.order.id }, anna),
        pay(taxed.order.proFormaId),
        pay(untaxed.order.proFormaId),
      ]);
      expect(codes.filter((code) => !['ok', 'DOCUMENT_NOT_PAYABLE', 'ORDER_PAID'].includes(code))).toEqual([]);
      const statusOf = async (orderId: `ord_${string}`) =>
        (await billing.test.call(getOrder, { organizationId, orderId }, anna)).status;
      expect(await statusOf(taxed.order.id)).toBe('paid');
      const spent = { paid: 10_000, cancelled: 0, pending: Number.NaN }[await statusOf(untaxed.order.id)];
      expect(await billing.balance(organizationId)).toBe(11_675 + 2 * 10_000 - spent);
    }
  });

  it('is created once when the request is repeated', async () => {
    const organizationId = await billing.organization();
    const lines = [
      { type: 'web_hosting', name: 'alpine.example' },
      { type: 'deposit', name: 'deposit' },
    ];
    const options = billing.newKeyOptions();
    const order = await billing.test.call(createOrder, { organizationId, lines }, anna, options);
    expect(await billing.test.call(createOrder, { organizationId, lines }, anna, options)).toEqual(order);
    for (const table of ['"order"', 'pro_forma'])
      expect(
        await billing.test.rows(`select count(*)::int as count from ${table} where organization_id = $1`, [
          uuid(organizationId),
        ]),
      ).toEqual([{ count: 2 }]);
  });

  it('is one order when the buyer is outside of the scope of VAT too', async () => {
    const organizationId = await billing.organization({ country: 'US', postalCode: '94105' });
    const order = await billing.order(organizationId, [{}, { type: 'deposit' }]);
    expect(order).toMatchObject({ relatedOrderId: null, total: chf(15_800) });
    const { vatTotals } = await billing.document(organizationId, order.proFormaId);
    expect(vatTotals).toMatchObject([{ category: 'O' }]);
  });
});

describe('the renewal of products inside and outside of the scope of VAT (DOC-8)', () => {
  const period = { interval: 'yearly', periodStart: '2027-01-31', periodEnd: '2028-01-31' } as const;

  it('has two pro formas, and each pays its periods', async () => {
    const organizationId = await billing.organization();
    const products = ['web_hosting', 'deposit'].map((type) => ({ type, productId: newId('prd', new Date()) }));
    const { relatedProForma, ...proForma } = await billing.test.call(
      issueRenewalProForma,
      {
        organizationId,
        currency: 'CHF',
        validUntil: addDays(billing.today(), 60),
        periods: products.map((product) => ({ ...product, ...period, name: product.type })),
      },
      asService,
      billing.newKeyOptions(),
    );
    expect([proForma, relatedProForma!].map(({ total, vatTotals }) => [total, vatTotals[0]!.category])).toEqual([
      [chf(11_675), 'S'],
      [chf(5_000), 'O'],
    ]);
    await billing.receive(
      { amount: 5_000, reference: relatedProForma!.reference! },
      { amount: 11_675, reference: proForma.reference! },
    );
    for (const { id } of [proForma, relatedProForma!]) {
      const { status, invoiceId } = await billing.document(organizationId, id);
      expect(status).toBe('converted');
      const [paid] = (await billing.eventsOf(invoiceId!)).filter(({ type }) => type.includes('period.paid'));
      expect(paid!.data['periods']).toHaveLength(1);
    }
  });

  it('is charged without VAT and without a registration', async () => {
    const organizationId = await billing.organization({ country: 'US', postalCode: '94105' });
    billing.legalForms.set(organizationId, 'person');
    const input = billing.chargeInput(organizationId, { method: 'on_credit', type: 'deposit' });
    const { invoiceId, total } = await billing.test.call(chargePeriod, input, asService);
    expect(total).toEqual(chf(5_000));
    const { vatTotals } = await billing.document(organizationId, invoiceId!);
    expect(vatTotals).toMatchObject([{ category: 'O', vat: chf(0) }]);
    expect(await billing.test.codeOf(chargePeriod, billing.chargeInput(organizationId), asService)).toBe(
      'NO_VAT_REGISTRATION',
    );
  });
});
