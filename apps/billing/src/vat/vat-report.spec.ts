import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { creditInvoice, writeOffInvoice } from '@cordee/contracts/billing/credit-note';
import { getOssVatReport, getSwissVatReport, setOfficialRate } from '@cordee/contracts/billing/vat-report';
import { money } from '@cordee/money/money';
import { BillingFixture, chf, people, staff } from '../../test/billing.fixture.ts';
import { expectConsistentLedger } from '../../test/consistent-ledger.fixture.ts';
import { firstDayAfter, quarterOf, VatReports, type SwissReport } from '../../test/vat-reports.ts';

let billing: BillingFixture;
let reports: VatReports;
beforeAll(async () => {
  billing = await BillingFixture.start();
  reports = new VatReports(billing);
});
afterAll(() => billing.stop());

const reportOfToday = () => reports.swiss(billing.today(), billing.today());
const rowOf = (report: SwissReport, state: string, rate: string) =>
  report.rows.find((row) => row.state === state && row.rate === rate);

describe('the VAT report', () => {
  it('contains invoices less credit notes, write-offs and accepted shortfalls, each lowering the VAT', async () => {
    const organizationId = await billing.organization({ country: 'FR', postalCode: '75001' });
    const vatOfFrance = async () => rowOf(await reportOfToday(), 'FR', '20')?.vat.amount ?? 0;
    const invoices = [
      await reports.openInvoice(organizationId),
      await reports.openInvoice(organizationId),
      await reports.openInvoice(organizationId),
    ];
    expect(await vatOfFrance()).toBe(3 * 2_160);
    const credit = { organizationId, documentId: invoices[0]!, reason: 'x', amount: 6_480 };
    await billing.test.call(creditInvoice, credit, staff, billing.newKeyOptions());
    expect(await vatOfFrance()).toBe(3 * 2_160 - 1_080);
    await billing.test.call(writeOffInvoice, { organizationId, documentId: invoices[1]!, reason: 'x' }, staff);
    expect(await vatOfFrance()).toBe(3 * 2_160 - 1_080 - 2_160);
    // 6 cents of 129.60 are accepted as fees: 1 cent of them is VAT.
    const { reference } = await billing.document(organizationId, invoices[2]!);
    await billing.receive({ amount: 12_954, reference: reference!, charges: money(6, 'CHF') });
    expect(await vatOfFrance()).toBe(3 * 2_160 - 1_080 - 2_160 - 1);
    const row = rowOf(await reportOfToday(), 'FR', '20');
    expect(row).toMatchObject({ registration: 'OSS', category: 'S', net: chf(3 * 10_800 - 5_400 - 10_800 - 5) });
    // A credit note covers the whole invoice, also the shortfall, so nothing is left.
    await billing.test.call(
      creditInvoice,
      { organizationId, documentId: invoices[2]!, reason: 'x', refundTo: 'prepaid' },
      staff,
      billing.newKeyOptions(),
    );
    expect(rowOf(await reportOfToday(), 'FR', '20')).toMatchObject({
      net: chf(2 * 10_800 - 5_400 - 10_800),
      vat: chf(2 * 2_160 - 1_080 - 2_160),
    });
    await expectConsistentLedger(billing, organizationId);
  });

  it('for the One Stop Shop contains only its registration, in EUR at the rate of the quarter', async () => {
    const organizationId = await billing.organization({ country: 'AT', postalCode: '1010' });
    await reports.openInvoice(organizationId);
    await reports.openInvoice(organizationId, { currency: 'EUR' });
    const quarter = quarterOf(billing.today());
    const readRows = async () => {
      const { rows, missingRates } = await billing.test.call(getOssVatReport, { quarter }, staff);
      return { rows: rows.filter(({ state }) => state === 'AT'), all: rows, missingRates };
    };
    const reportBefore = await readRows();
    expect(reportBefore.missingRates).toEqual([{ period: quarter, currency: 'CHF' }]);
    expect(reportBefore.all.every(({ registration }) => registration === 'OSS')).toBe(true);
    expect(reportBefore.rows).toMatchObject([
      { rate: '20', vat: chf(2_160), converted: null },
      { rate: '20', vat: { amount: 2_160, currency: 'EUR' }, converted: { vat: { amount: 2_160, currency: 'EUR' } } },
    ]);
    const rate = { authority: 'ecb', currency: 'CHF', rate: '1.0712' } as const;
    await billing.test.call(setOfficialRate, { ...rate, period: quarter }, staff);
    const reportAfter = await readRows();
    expect(reportAfter.missingRates).toEqual([]);
    // 21.60 × 1.0712 is 23.14.
    expect(reportAfter.rows[0]).toMatchObject({ converted: { vat: { amount: 2_314, currency: 'EUR' } } });
    expect(await billing.test.codeOf(setOfficialRate, { ...rate, period: '2026-01' }, staff)).toBe(
      'OFFICIAL_RATE_PERIOD_INVALID',
    );
  });

  it('for the One Stop Shop lists corrections of earlier quarters separately, per quarter and country', async () => {
    const organizationId = await billing.organization({ country: 'BE', postalCode: '1000' });
    const quarter = quarterOf(billing.today());
    const [creditedId, writtenOffId, underpaidId] = [
      await reports.openInvoice(organizationId, { currency: 'EUR' }),
      await reports.openInvoice(organizationId),
      await reports.openInvoice(organizationId, { currency: 'EUR' }),
    ];
    const firstReport = await reports.oss(quarter);
    const rate = { authority: 'ecb', currency: 'CHF', rate: '1.05', period: quarter } as const;
    await billing.test.call(setOfficialRate, rate, staff);

    reports.moveClockTo(firstDayAfter(quarter));
    const nextQuarter = quarterOf(billing.today());
    const newInvoiceId = await reports.openInvoice(organizationId, { currency: 'EUR' });
    for (const [documentId, amount] of [
      [creditedId, 6_534],
      [newInvoiceId, 1_210],
    ] as const)
      await billing.test.call(
        creditInvoice,
        { organizationId, documentId, reason: 'x', amount },
        staff,
        billing.newKeyOptions(),
      );
    await billing.test.call(writeOffInvoice, { organizationId, documentId: writtenOffId, reason: 'x' }, staff);
    const { reference } = await billing.document(organizationId, underpaidId);
    const payment = { amount: 13_018, currency: 'EUR' as const, reference: reference!, servicerReference: 'OSS-SHORT' };
    await billing.receive({ ...payment, charges: money(50, 'EUR') });

    const { rows, corrections, missingRates, ledger } = await reports.oss(nextQuarter);
    const eur = (amount: number) => ({ amount, currency: 'EUR' as const });
    expect(rows.filter(({ state }) => state === 'BE')).toMatchObject([
      { rate: '21', net: eur(10_800 - 1_000), vat: eur(2_268 - 210) },
    ]);
    const correction = { quarter, state: 'BE', isInTime: true };
    expect(corrections.filter(({ state }) => state === 'BE')).toEqual([
      // The write-off lowers the VAT by CHF 22.68, which is EUR 23.81 at the rate of the corrected quarter.
      { ...correction, vat: chf(-2_268), converted: eur(-2_381) },
      // The credit note for half of an invoice lowers the VAT by 11.34, the shortfall of 0.50 by 0.09.
      { ...correction, vat: eur(-1_134 - 9), converted: eur(-1_134 - 9) },
    ]);
    expect(missingRates).toEqual([]);
    expect(ledger.every(({ difference }) => difference.amount === 0)).toBe(true);

    // The bank takes the payment back: the VAT of the shortfall is due again.
    await billing.receive({ ...payment, isReversal: true });
    expect((await reports.oss(nextQuarter)).corrections).toContainEqual({
      ...correction,
      vat: eur(-1_134),
      converted: eur(-1_134),
    });
    const { rows: rowsOfFirstQuarter } = await reports.oss(quarter);
    expect(rowsOfFirstQuarter.map(({ vat }) => vat)).toEqual(firstReport.rows.map(({ vat }) => vat));
    await expectConsistentLedger(billing, organizationId);
  });

  it('is for staff only, and its last day is not before its first day', async () => {
    const period = { from: '2026-01-01', to: '2026-03-31' };
    expect(await billing.test.codeOf(getSwissVatReport, period, people.anna)).toBe('NOT_FOUND');
    expect(await billing.test.codeOf(getOssVatReport, { quarter: '2026-Q1' }, people.anna)).toBe('NOT_FOUND');
    expect(await billing.test.codeOf(getSwissVatReport, { from: '2026-03-31', to: '2026-01-01' }, staff)).toBe(
      'PERIOD_INVALID',
    );
  });
});
