import { addDays } from '@cordee/calendar/local-date';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import type { getDocument } from '@cordee/contracts/billing/document';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import type { Answer } from '@cordee/contracts/contract';
import { newId, toUuid } from '@cordee/contracts/id';
import { money } from '@cordee/money/money';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { asService, BillingFixture, prices } from '../../test/billing.fixture.ts';
import { expectConsistentLedger } from '../../test/consistent-ledger.fixture.ts';

type OrganizationId = `org_${string}`;
type Document = Answer<typeof getDocument>;

let billing: BillingFixture;
const hostingPrice = prices['web_hosting']!;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterEach(() => {
  prices['web_hosting'] = hostingPrice;
});
afterAll(() => billing.stop());

/** Pays a pro forma after its expiry and returns the outcome that billing has stored. */
async function payLate(
  proForma: Document,
  { daysLate, amount, ...payment }: { daysLate: number; amount?: number; charges?: ReturnType<typeof money> },
) {
  await billing.receive({
    ...payment,
    amount: amount ?? proForma.total.amount,
    reference: proForma.reference!,
    valueDate: addDays(proForma.dueOn!, daysLate),
  });
  // The jobs search for due work when the clock moves.
  billing.test.moveClockTo(new Date(billing.test.process.clock.now().getTime() + 1_000).toISOString());
  return billing.test.until(async () => {
    const [decision] = await billing.test.rows(
      `select outcome from late_payment join ledger_booking booking using (organization_id)
       where booking.id = booking_id and document_id = $1`,
      [proForma.id],
    );
    return decision?.['outcome'];
  }, 'the decision on the late payment');
}

/** Issues a renewal pro forma of one product. */
async function issueRenewal(organizationId: OrganizationId) {
  const productId = newId('prd', new Date());
  billing.test.stubbedSnapshots.products.set(organizationId, [
    { productId, type: 'web_hosting', name: 'alpine.example', isBlocked: false, ownershipNumber: 1 },
  ]);
  const [periodStart, periodEnd] = ['2027-01-31', '2028-01-31'];
  const period = { productId, type: 'web_hosting', name: 'alpine.example', periodStart, periodEnd };
  const proForma = await billing.test.call(
    issueRenewalProForma,
    {
      organizationId,
      currency: 'CHF',
      validUntil: addDays(billing.today(), 60),
      periods: [{ ...period, interval: 'yearly' }],
    },
    asService,
    billing.newKeyOptions(),
  );
  return { productId, proForma };
}

describe('a payment after the expiry of its pro forma (DOC-4, C-PRO-01)', () => {
  it('converts the pro forma of an order up to 10 days late, and the product starts at the value date', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    expect(await payLate(proForma, { daysLate: 10 })).toBe('converted');
    const { status, invoiceId } = await billing.document(organizationId, proForma.id);
    expect(status).toBe('converted');
    const valueDate = addDays(proForma.dueOn!, 10);
    expect(await billing.document(organizationId, invoiceId!)).toMatchObject({
      status: 'paid',
      paidOn: valueDate,
      total: proForma.total,
      lines: [{ periodStart: valueDate }],
    });
    expect(await billing.balance(organizationId)).toBe(0);
  });

  it('converts a renewal pro forma once, and leaves a second payment in prepaid', async () => {
    const organizationId = await billing.organization();
    const { proForma } = await issueRenewal(organizationId);
    expect(await payLate(proForma, { daysLate: 8 })).toBe('converted');
    await billing.receive({ amount: 11_675, reference: proForma.reference!, valueDate: addDays(proForma.dueOn!, 9) });
    expect(await billing.balance(organizationId)).toBe(11_675);
    const periodCharges = await billing.test.rows(`select status from charge where organization_id = $1`, [
      toUuid(organizationId),
    ]);
    expect(periodCharges).toEqual([{ status: 'paid' }]);
  });

  it.each([
    ['0.20 less, with charges shown', { amount: 11_655, charges: money(20, 'CHF') }, 'converted', 'bank_fees'],
    ['0.05 less', { amount: 11_670 }, 'converted', 'payment_differences'],
    ['0.20 less, without charges', { amount: 11_655 }, 'amount_too_low', null],
    ['more than 1 % less, with charges shown', { amount: 11_558, charges: money(117, 'CHF') }, 'amount_too_low', null],
  ])('for a renewal has the tolerances of a payment in time: %s', async (_, payment, outcome, account) => {
    const organizationId = await billing.organization();
    const { proForma } = await issueRenewal(organizationId);
    expect(await payLate(proForma, { daysLate: 8, ...payment })).toBe(outcome);
    const { invoiceId } = await billing.document(organizationId, proForma.id);
    if (account === null) {
      expect(invoiceId).toBeNull();
      return;
    }
    expect((await billing.document(organizationId, invoiceId!)).status).toBe('paid');
    expect(await billing.balance(organizationId)).toBe(0);
    const sql = `select shortfall_amount::int as shortfall, exists (
        select from ledger_entry where organization_id = $1 and account = $2 and amount > 0
      ) as is_booked from invoice where organization_id = $1`;
    expect(await billing.test.rows(sql, [toUuid(organizationId), account])).toEqual([
      { shortfall: 11_675 - payment.amount, is_booked: true },
    ]);
    await expectConsistentLedger(billing, organizationId);
  });

  it.each([
    ['is more than 10 days late', 'too_late', { daysLate: 11 }],
    ['is too low', 'amount_too_low', { daysLate: 3, amount: 11_674 }],
  ])('stays in prepaid when it %s, with the outcome %s', async (_, outcome, payment) => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    expect(await payLate(proForma, payment)).toBe(outcome);
    expect(await billing.document(organizationId, proForma.id)).toMatchObject({ status: 'issued', invoiceId: null });
    expect(await billing.balance(organizationId)).toBe('amount' in payment ? payment.amount : 11_675);
  });

  it('stays in prepaid when the price has changed, for orders and for renewals', async () => {
    const organizationId = await billing.organization();
    const [orderProForma, { proForma: renewalProForma }] = [
      await billing.proForma(organizationId),
      await issueRenewal(organizationId),
    ];
    prices['web_hosting'] = hostingPrice + 100;
    expect([await payLate(orderProForma, { daysLate: 8 }), await payLate(renewalProForma, { daysLate: 8 })]).toEqual([
      'offer_changed',
      'offer_changed',
    ]);
    expect(await billing.balance(organizationId)).toBe(2 * 11_675);
  });

  it('does not convert a renewal pro forma whose product has left the organization', async () => {
    const organizationId = await billing.organization();
    const { proForma } = await issueRenewal(organizationId);
    billing.test.stubbedSnapshots.products.set(organizationId, []);
    expect(await payLate(proForma, { daysLate: 1 })).toBe('offer_changed');
  });

  it('converts the pro forma that the payer named, and does not pay an open invoice', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const input = billing.chargeInput(organizationId, { method: 'on_credit' });
    const { invoiceId } = await billing.test.call(chargePeriod, input, asService);
    expect(await payLate(proForma, { daysLate: 8 })).toBe('converted');
    expect((await billing.document(organizationId, invoiceId!)).status).toBe('open');
    expect(await billing.balance(organizationId)).toBe(0);
  });

  it('pays an open invoice when the decision leaves it in prepaid', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const input = billing.chargeInput(organizationId, { method: 'on_credit' });
    const { invoiceId } = await billing.test.call(chargePeriod, input, asService);
    expect(await payLate(proForma, { daysLate: 11 })).toBe('too_late');
    expect((await billing.document(organizationId, invoiceId!)).status).toBe('paid');
    expect(await billing.balance(organizationId)).toBe(0);
  });

  it('is not replaced by other prepaid money when the bank takes it back before the decision', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    await billing.topUp(organizationId, proForma.total.amount);
    const payment = {
      amount: proForma.total.amount,
      servicerReference: 'LATE',
      valueDate: addDays(proForma.dueOn!, 8),
    };
    await billing.receive({ ...payment, reference: proForma.reference! }, { ...payment, isReversal: true });
    billing.test.moveClockTo(new Date(billing.test.process.clock.now().getTime() + 1_000).toISOString());
    const decisions = await billing.test.until(async () => {
      const rows = await billing.test.rows(`select outcome from late_payment where organization_id = $1`, [
        toUuid(organizationId),
      ]);
      return rows.length > 0 && rows;
    }, 'the decision on the late payment');
    expect(decisions).toEqual([{ outcome: 'prepaid_spent' }]);
    expect(await billing.balance(organizationId)).toBe(proForma.total.amount);
  });
});
