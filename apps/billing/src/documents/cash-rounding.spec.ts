import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { creditInvoice, writeOffInvoice } from '@cordee/contracts/billing/credit-note';
import { listDocuments } from '@cordee/contracts/billing/document';
import { downloadEInvoice } from '@cordee/contracts/billing/document-download';
import { getOrder } from '@cordee/contracts/billing/order';
import { exportJournal } from '@cordee/contracts/billing/journal';
import { getStatementOfAccount } from '@cordee/contracts/billing/statement';
import type { Answer, Input } from '@cordee/contracts/contract';
import { uuid } from '@cordee/testing/test-service';
import { anna, asService, BillingFixture, chf, people, prices, staff } from '../../test/billing.fixture.ts';
import { expectConsistentLedger } from '../../test/consistent-ledger.fixture.ts';
import { exportCsv } from '../../test/csv-export.ts';
import { violatedRules } from '../../test/en16931-rules.ts';
import { readPdfTexts } from '../../test/pdf-texts.ts';
import { VatReports } from '../../test/vat-reports.ts';

type OrganizationId = `org_${string}`;
type Invoice = Answer<typeof creditInvoice>;

let billing: BillingFixture;
beforeAll(async () => {
  // With VAT: 12.32, 12.33 and 12.35.
  Object.assign(prices, { rounded_down: 1_140, rounded_up: 1_141, even: 1_142 });
  billing = await BillingFixture.start({ CASH_ROUNDING: 'CHF:5' });
});
afterAll(() => billing.stop());

async function openInvoice(organizationId: OrganizationId, type: string, currency: 'CHF' | 'EUR' = 'CHF') {
  const charge = billing.chargeInput(organizationId, { method: 'on_credit', type, currency });
  const { invoiceId, total } = await billing.test.call(chargePeriod, charge, asService);
  return { total, invoice: await billing.document(organizationId, invoiceId!) };
}

const credit = (
  organizationId: OrganizationId,
  { id }: Pick<Invoice, 'id'>,
  fields: Partial<Input<typeof creditInvoice>> = {},
): Promise<Invoice> =>
  billing.test.call(
    creditInvoice,
    { organizationId, documentId: id, reason: 'Cancelled', ...fields },
    staff,
    billing.newKeyOptions(),
  );
const codeOf = (organizationId: OrganizationId, { id }: Pick<Invoice, 'id'>, fields: object): Promise<string> =>
  billing.test.codeOf(
    creditInvoice,
    { organizationId, documentId: id, reason: 'Cancelled', ...fields },
    staff,
    billing.newKeyOptions(),
  );

/** Returns the balances of the ledger accounts of an organization that are not zero. */
async function balances(organizationId: OrganizationId): Promise<Record<string, number>> {
  const rows = await billing.test.rows(
    `select account, sum(amount)::int as amount from ledger_entry where organization_id = $1
     group by account having sum(amount) <> 0`,
    [uuid(organizationId)],
  );
  return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]));
}

const printedText = (pdf: Buffer): string =>
  readPdfTexts(pdf)
    .map(({ text }) => text)
    .join(' ');

describe('cash rounding (C-MON-04)', () => {
  it.each([
    ['rounded_down', { net: 1_140, vat: 92, rounding: -2, total: 1_230 }],
    ['rounded_up', { net: 1_141, vat: 92, rounding: 2, total: 1_235 }],
    ['even', { net: 1_142, vat: 93, rounding: 0, total: 1_235 }],
  ])('of the order, pro forma and invoice of the price %s', async (type, { net, vat, rounding, total }) => {
    const organizationId = await billing.organization();
    const amounts = { net: chf(net), vat: chf(vat), rounding: chf(rounding), total: chf(total) };
    const order = await billing.order(organizationId, [{ type }]);
    expect(order.total).toEqual(chf(total));
    const proForma = await billing.document(organizationId, order.proFormaId);
    expect(proForma).toMatchObject({ ...amounts, open: chf(total) });
    await billing.receive({ amount: total, reference: proForma.reference! });
    const { invoiceId } = await billing.test.call(getOrder, { organizationId, orderId: order.id }, anna);
    expect(await billing.document(organizationId, invoiceId!)).toMatchObject({ ...amounts, status: 'paid' });
    expect(await balances(organizationId)).toEqual({
      clearing: total,
      revenue: -net,
      vat: -vat,
      ...(rounding !== 0 && { cash_rounding: -rounding }),
    });
    await expectConsistentLedger(billing, organizationId);
  });

  it('applies to the configured currency only', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await openInvoice(organizationId, 'rounded_down', 'EUR');
    expect(invoice).toMatchObject({ rounding: { amount: 0 }, total: { amount: 1_232, currency: 'EUR' } });
  });

  it('of a charge is in its total', async () => {
    const organizationId = await billing.organization();
    const { total, invoice } = await openInvoice(organizationId, 'rounded_up');
    expect(total).toEqual(chf(1_235));
    expect(invoice).toMatchObject({ total: chf(1_235), open: chf(1_235), rounding: chf(2) });
  });

  it.each(['rounded_down', 'rounded_up'])('is reversed by the credit note of the whole (%s)', async (type) => {
    const organizationId = await billing.organization();
    const { invoice } = await openInvoice(organizationId, type);
    const { net, vat, rounding, total } = invoice;
    expect(await credit(organizationId, invoice)).toMatchObject({ net, vat, rounding, total });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'credited', open: chf(0) });
    expect(await balances(organizationId)).toEqual({});
  });

  it.each([
    ['rounded_down', [{ amount: 1_000 }, {}]],
    ['rounded_down', [{ amount: 1_229 }, { amount: 1 }]],
    ['rounded_down', [{ amount: 1_230 }]],
    ['rounded_down', [{ lines: [{ position: 0, net: 500 }] }, { lines: [{ position: 0 }] }]],
    ['rounded_up', [{ amount: 1_000 }, {}]],
    ['rounded_up', [{ amount: 1_234 }, {}]],
    ['rounded_up', [{ amount: 1_233 }, { amount: 2 }]],
    ['rounded_up', [{ amount: 1_235 }]],
    ['rounded_up', [{ lines: [{ position: 0 }] }]],
  ])('of %s is once in the parts %j, which add up to the invoice', async (type, requests) => {
    const organizationId = await billing.organization();
    const { invoice } = await openInvoice(organizationId, type);
    const notes: Invoice[] = [];
    for (const request of requests) notes.push(await credit(organizationId, invoice, request));
    for (const field of ['net', 'vat', 'rounding', 'total'] as const)
      expect(notes.reduce((sum, note) => sum + note[field].amount, 0)).toBe(invoice[field].amount);
    for (const note of notes) {
      expect(note.lines.length).toBeGreaterThan(0);
      expect(note.net.amount + note.vat.amount + note.rounding.amount).toBe(note.total.amount);
    }
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'credited', open: chf(0) });
    expect(await balances(organizationId)).toEqual({});
  });

  it('does not allow a part that leaves lines without an amount', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await openInvoice(organizationId, 'rounded_down');
    // The line without one minor unit is 12.31, and the total is 12.30.
    expect(await codeOf(organizationId, invoice, { lines: [{ position: 0, net: 1_139 }] })).toBe('CREDIT_TOO_HIGH');
    expect(await codeOf(organizationId, invoice, { lines: [{ position: 0, net: 1_138 }] })).toBe('CREDIT_TOO_HIGH');
    expect(await codeOf(organizationId, invoice, { amount: 1_231 })).toBe('CREDIT_TOO_HIGH');
    expect(await codeOf(organizationId, invoice, {})).toBe('ok');
  });

  it.each(['rounded_down', 'rounded_up'])(
    'is reversed by a write-off, which lowers the whole VAT (%s)',
    async (type) => {
      const organizationId = await billing.organization();
      const { invoice } = await openInvoice(organizationId, type);
      await billing.test.call(writeOffInvoice, { organizationId, documentId: invoice.id, reason: 'x' }, staff);
      expect(await balances(organizationId)).toEqual({ revenue: -invoice.net.amount, bad_debt: invoice.net.amount });
    },
  );

  it('is credited in full when a part was written off', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await openInvoice(organizationId, 'rounded_up');
    await billing.test.call(
      creditInvoice,
      { organizationId, documentId: invoice.id, reason: 'x', amount: 35 },
      staff,
      billing.newKeyOptions(),
    );
    await billing.topUp(organizationId, 1_200);
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'paid' });
    expect(await credit(organizationId, invoice)).toMatchObject({ total: chf(1_200), rounding: chf(2) });
    await expectConsistentLedger(billing, organizationId);
  });

  it('is a line of the PDF, and the payment part has the rounded amount', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await openInvoice(organizationId, 'rounded_down');
    const printed = printedText(await billing.pdf(organizationId, invoice.id));
    expect(printed).toContain('Arrondi');
    expect(printed).toMatch(/CHF\s12[.,]30/);
    expect(printed).not.toMatch(/CHF\s12[.,]32/);
    const note = await credit(organizationId, invoice);
    expect(printedText(await billing.pdf(organizationId, note.id))).toContain('Arrondi');
  });

  it('is BT-114 of e-invoices, which keep the rules of EN 16931', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await openInvoice(organizationId, 'rounded_down');
    const { invoice: roundedUp } = await openInvoice(organizationId, 'rounded_up');
    const note = await credit(organizationId, invoice);
    for (const [{ id }, rounding, payable] of [
      [roundedUp, '0.02', '12.35'],
      [note, '-0.02', '12.30'],
    ] as const) {
      const { fileId } = await billing.test.call(downloadEInvoice, { organizationId, documentId: id }, people.viewer);
      const ubl = (await billing.readFile(organizationId, fileId)).toString('utf8');
      expect(violatedRules(ubl)).toEqual([]);
      expect(ubl).toContain(`<cbc:PayableRoundingAmount currencyID="CHF">${rounding}</cbc:PayableRoundingAmount>`);
      expect(ubl).toContain(`<cbc:PayableAmount currencyID="CHF">${payable}</cbc:PayableAmount>`);
    }
  });

  it('is a column of the CSV, and an account of the journal', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await openInvoice(organizationId, 'rounded_down');
    const [header, row] = (await exportCsv(billing, organizationId)).split('\r\n').map((each) => each.split(','));
    const cell = (name: string) => row![header!.indexOf(name)];
    expect(['net', 'vat', 'rounding', 'total', 'open', 'totalChf'].map(cell)).toEqual([
      '11.40',
      '0.92',
      '-0.02',
      '12.30',
      '12.30',
      '12.30',
    ]);
    const { bytes } = await billing.test.call(exportJournal, { from: billing.today(), to: billing.today() }, staff);
    const journal = Buffer.from(bytes, 'base64').toString('utf8').split('\r\n');
    const entry = journal.find((each) => each.includes(invoice.number) && each.includes('cash_rounding'));
    expect(entry).toContain('cash_rounding,3809,Cash rounding,CHF,0.02,,');
  });

  it('has no effect on the VAT report', async () => {
    const reports = new VatReports(billing);
    const read = async () => {
      const { rows, ledger } = await reports.swiss(billing.today(), billing.today());
      const row = rows.find(({ state, rate, category }) => state === 'CH' && rate === '8.1' && category === 'S');
      expect(ledger.every(({ difference }) => difference.amount === 0)).toBe(true);
      return { net: row?.net.amount ?? 0, vat: row?.vat.amount ?? 0 };
    };
    const before = await read();
    const organizationId = await billing.organization();
    const { invoice } = await openInvoice(organizationId, 'rounded_down');
    expect(await read()).toEqual({ net: before.net + 1_140, vat: before.vat + 92 });
    await billing.test.call(writeOffInvoice, { organizationId, documentId: invoice.id, reason: 'x' }, staff);
    expect(await read()).toEqual(before);
  });

  it('is in the sums of the history and in the statement of account', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await openInvoice(organizationId, 'rounded_down');
    await openInvoice(organizationId, 'rounded_up');
    await credit(organizationId, invoice);
    const { sums } = await billing.test.call(listDocuments, { organizationId }, anna);
    expect(sums).toMatchObject([{ net: chf(1_141), vat: chf(92), total: chf(1_235), open: chf(1_235) }]);
    const statement = await billing.test.call(
      getStatementOfAccount,
      { organizationId, currency: 'CHF', from: billing.today(), to: billing.today() },
      anna,
    );
    expect(statement.closing.owed).toEqual(chf(1_235));
  });
});
