import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { creditInvoice } from '@cordee/contracts/billing/credit-note';
import { payDocument } from '@cordee/contracts/billing/document';
import { changePrepaidSettings } from '@cordee/contracts/billing/prepaid';
import { explainOpenInvoice, getStatementOfAccount } from '@cordee/contracts/billing/statement';
import { addDays } from '@cordee/calendar/local-date';
import { readPages } from '@cordee/testing/read-pages';
import { anna, asService, BillingFixture, chf, people, staff } from '../../test/billing.fixture.ts';

type OrganizationId = `org_${string}`;

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** Creates an open invoice of CHF 116.75 for the period from 31 January of a year. */
async function openInvoice(organizationId: OrganizationId, year = 2027) {
  const { invoiceId } = await billing.test.call(
    chargePeriod,
    billing.chargeInput(organizationId, {
      method: 'on_credit',
      periodStart: `${year}-01-31`,
      periodEnd: `${year + 1}-01-31`,
    }),
    asService,
  );
  const invoice = await billing.document(organizationId, invoiceId!);
  return { ...invoice, id: invoiceId! };
}
const disableAutomaticPayment = (organizationId: OrganizationId) =>
  billing.test.call(changePrepaidSettings, { organizationId, paysInvoices: false }, anna);
const explain = (organizationId: OrganizationId, documentId: `inv_${string}`) =>
  billing.test.call(explainOpenInvoice, { organizationId, documentId }, people.viewer);

describe('the statement of account (DOC-2)', () => {
  it('has rows that add up from the opening to the closing balance', async () => {
    const organizationId = await billing.organization();
    const today = billing.today();
    const yesterday = addDays(today, -1);
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    await disableAutomaticPayment(organizationId);
    await billing.receive({ amount: 5_000, reference, valueDate: yesterday });
    const invoice = await openInvoice(organizationId);
    await billing.receive({ amount: 7_000, reference });
    await billing.test.call(
      payDocument,
      { organizationId, documentId: invoice.id, method: 'prepaid' },
      anna,
      billing.newKeyOptions(),
    );
    await billing.test.call(
      creditInvoice,
      { organizationId, documentId: invoice.id, amount: 1_675, reason: 'x', refundTo: 'prepaid' },
      staff,
      billing.newKeyOptions(),
    );
    const readStatement = (period: { from: string; to: string }, page: object = {}) =>
      billing.test.call(getStatementOfAccount, { organizationId, ...period, ...page }, people.viewer);
    const { data, opening, closing } = await readStatement({ from: today, to: today });
    const changes = data.map(({ kind, owed, prepaid }) => [kind, owed.amount, prepaid.amount]);
    expect(changes).toEqual([
      ['invoice', 11_675, 0],
      ['incoming_payment', 0, 7_000],
      ['prepaid_payment', -11_675, -11_675],
      ['credit_note', -1_675, 0],
      ['refund', 1_675, 1_675],
    ]);
    expect(data[0]).toMatchObject({ documentId: invoice.id, documentNumber: invoice.number, valuedOn: today });
    expect([opening, closing]).toEqual([
      { owed: chf(0), prepaid: chf(5_000) },
      { owed: chf(0), prepaid: chf(2_000) },
    ]);
    const sumOf = (column: 'owed' | 'prepaid'): number => data.reduce((sum, row) => sum + row[column].amount, 0);
    expect([sumOf('owed'), sumOf('prepaid')]).toEqual([0, -3_000]);
    const days = { from: yesterday, to: today };
    expect(await readPages(2, (page) => readStatement(days, page))).toEqual((await readStatement(days)).data);
    expect(await readStatement({ from: addDays(today, 1), to: addDays(today, 9) })).toMatchObject({
      data: [],
      opening: closing,
      closing,
    });
    expect(await readStatement({ from: yesterday, to: yesterday })).toMatchObject({ closing: opening });
  });
});

it('the statement of account has no balance below zero between the bookings of one call', async () => {
  // Bookings of one call have the same time, and their ids have a random order.
  for (let repeat = 0; repeat < 6; repeat += 1) {
    const organizationId = await billing.organization();
    const servicerReference = `STATEMENT-${repeat}`;
    await billing.paidOrder(organizationId, { servicerReference });
    await billing.topUp(organizationId, 11_675);
    // The invoice is open again, and prepaid pays it at once.
    await billing.receive({ amount: 11_675, servicerReference, isReversal: true });
    const today = billing.today();
    const { data } = await billing.test.call(getStatementOfAccount, { organizationId, from: today, to: today }, anna);
    expect(data.map(({ kind }) => kind)).toEqual([
      'invoice',
      'incoming_payment',
      'incoming_payment',
      'reversal',
      'prepaid_payment',
    ]);
    const balances = data.reduce<[number, number][]>((sums, row) => {
      const [owed, prepaid] = sums.at(-1) ?? [0, 0];
      return [...sums, [owed + row.owed.amount, prepaid + row.prepaid.amount]];
    }, []);
    expect(Math.min(...balances.flat())).toBe(0);
  }
});

it('the statement of account names the credit note, and refuses a period that ends before it starts', async () => {
  const organizationId = await billing.organization();
  const invoice = await openInvoice(organizationId);
  const creditNote = await billing.test.call(
    creditInvoice,
    { organizationId, documentId: invoice.id, amount: 1_675, reason: 'x' },
    staff,
    billing.newKeyOptions(),
  );
  const today = billing.today();
  const { data } = await billing.test.call(getStatementOfAccount, { organizationId, from: today, to: today }, anna);
  expect(data.find(({ kind }) => kind === 'credit_note')).toMatchObject({
    documentId: creditNote.id,
    documentNumber: creditNote.number,
  });
  expect(
    await billing.test.codeOf(getStatementOfAccount, { organizationId, from: today, to: addDays(today, -1) }, anna),
  ).toBe('PERIOD_INVALID');
});

it('the statement of account names every invoice of a transfer and of its reversal', async () => {
  const organizationId = await billing.organization();
  const debtorIban = 'CH5604835012345678009';
  await billing.paidOrder(organizationId, { debtorIban });
  await disableAutomaticPayment(organizationId);
  const invoices = [await openInvoice(organizationId, 2027), await openInvoice(organizationId, 2028)];
  const documents = invoices.map(({ id, number }) => ({ id, number }));
  const transfer = { amount: 2 * 11_675, debtorIban, servicerReference: 'TWO-INVOICES' };
  expect((await billing.receive(transfer)).bookings).toMatchObject([{ status: 'paid' }]);
  const { bookings } = await billing.receive({ ...transfer, isReversal: true });
  expect(bookings).toMatchObject([
    { status: 'reversed', detail: `reopened: ${documents.map(({ number }) => number).join(', ')}` },
  ]);
  const today = billing.today();
  const { data } = await billing.test.call(getStatementOfAccount, { organizationId, from: today, to: today }, anna);
  const rows = data.filter(({ owed }) => Math.abs(owed.amount) === 2 * 11_675);
  expect(rows.map(({ kind }) => kind)).toEqual(['incoming_payment', 'reversal']);
  for (const row of rows) expect(row).toMatchObject({ documentId: null, documentNumber: null, documents });
  expect(data[0]).toMatchObject({ documents: [{ id: data[0]!.documentId, number: data[0]!.documentNumber }] });
});

describe('the reasons of an open invoice (REM-3)', () => {
  it('name the payment with the reference of last year, its period and the right reference', async () => {
    const organizationId = await billing.organization();
    await disableAutomaticPayment(organizationId);
    const invoiceOfLastYear = await openInvoice(organizationId, 2026);
    await billing.receive({ amount: invoiceOfLastYear.total.amount, reference: invoiceOfLastYear.reference! });
    const invoiceOfThisYear = await openInvoice(organizationId, 2027);
    expect(await explain(organizationId, invoiceOfThisYear.id)).toMatchObject({
      payments: [],
      canPayFromPrepaid: false,
    });
    await billing.receive({ amount: invoiceOfThisYear.total.amount, reference: invoiceOfLastYear.reference! });
    expect(await explain(organizationId, invoiceOfThisYear.id)).toEqual({
      open: invoiceOfThisYear.total,
      rightReference: invoiceOfThisYear.reference,
      prepaid: invoiceOfThisYear.total,
      canPayFromPrepaid: true,
      payments: [
        {
          bookingId: expect.stringMatching(/^bkg_/),
          valuedOn: billing.today(),
          amount: invoiceOfThisYear.total,
          reason: 'reference_already_settled',
          likeness: 'same_amount',
          usedDocumentId: invoiceOfLastYear.id,
          usedDocumentNumber: invoiceOfLastYear.number,
          usedPeriod: { start: '2026-01-31', end: '2027-01-31' },
        },
      ],
    });
  });

  it('name the period of the invoice when the reference belongs to its converted pro forma', async () => {
    const organizationId = await billing.organization();
    await disableAutomaticPayment(organizationId);
    const { proForma, invoice } = await billing.paidOrder(organizationId);
    const [{ periodStart, periodEnd }] = invoice.lines as [(typeof invoice.lines)[number]];
    const { id } = await openInvoice(organizationId);
    await billing.receive({ amount: invoice.total.amount, reference: proForma.reference! });
    expect((await explain(organizationId, id)).payments).toMatchObject([
      { usedDocumentNumber: proForma.number, usedPeriod: { start: periodStart, end: periodEnd } },
    ]);
  });

  it('name an equal amount in a currency with other decimals, and no other amount', async () => {
    const organizationId = await billing.organization();
    await disableAutomaticPayment(organizationId);
    const invoice = await openInvoice(organizationId);
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    // Only 116.750 dinars equal the amount of the invoice; 11.675 dinars and 11,675 yen do not.
    await billing.receive({ amount: 116_750, currency: 'KWD', reference });
    await billing.receive({ amount: 11_675, currency: 'KWD', reference });
    await billing.receive({ amount: 11_675, currency: 'JPY', reference });
    const { payments } = await explain(organizationId, invoice.id);
    expect(payments.map(({ likeness, amount }) => [likeness, amount])).toEqual([
      ['other_currency', { amount: 116_750, currency: 'KWD' }],
    ]);
  });

  it('name a payment that was too low, one in another currency, and no payment of another organization', async () => {
    const organizationId = await billing.organization();
    const otherOrganizationId = await billing.organization();
    await disableAutomaticPayment(organizationId);
    const invoice = await openInvoice(organizationId);
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    await billing.topUp(otherOrganizationId, 11_675);
    await billing.receive({ amount: 9_000, reference: invoice.reference! });
    await billing.receive({ amount: 11_675, currency: 'EUR', reference });
    await billing.receive({ amount: 4_711, reference });
    const { payments, canPayFromPrepaid } = await explain(organizationId, invoice.id);
    expect(payments.map(({ likeness, reason, amount }) => [likeness, reason, amount.amount])).toEqual([
      ['same_document', 'amount_too_low', 9_000],
      ['other_currency', 'standing_order', 11_675],
    ]);
    expect(canPayFromPrepaid).toBe(true);
    expect(
      await billing.test.codeOf(
        explainOpenInvoice,
        { organizationId: otherOrganizationId, documentId: invoice.id },
        anna,
      ),
    ).toBe('DOCUMENT_NOT_FOUND');
  });

  it('name a payment of the invoice that the bank took back, until the invoice is paid again', async () => {
    const organizationId = await billing.organization();
    const invoice = await openInvoice(organizationId);
    const transfer = { amount: 11_675, reference: invoice.reference!, servicerReference: 'TAKEN-BACK' };
    await billing.receive(transfer);
    expect((await billing.receive({ ...transfer, isReversal: true })).bookings).toMatchObject([{ status: 'reversed' }]);
    expect((await explain(organizationId, invoice.id)).payments).toEqual([
      {
        bookingId: expect.stringMatching(/^bkg_/),
        valuedOn: billing.today(),
        amount: invoice.total,
        reason: 'reversed',
        likeness: 'same_document',
        usedDocumentId: invoice.id,
        usedDocumentNumber: invoice.number,
        usedPeriod: { start: '2027-01-31', end: '2028-01-31' },
      },
    ]);
    await billing.receive({ amount: 11_675, reference: invoice.reference! });
    expect((await explain(organizationId, invoice.id)).payments).toEqual([]);
  });
});
