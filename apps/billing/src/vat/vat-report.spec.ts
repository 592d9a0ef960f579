import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { creditInvoice, writeOffInvoice } from '@cordee/contracts/billing/credit-note';
import { listDocuments } from '@cordee/contracts/billing/document';
import { getOssVatReport, getSwissVatReport, setOfficialRate } from '@cordee/contracts/billing/vat-report';
import type { Answer } from '@cordee/contracts/contract';
import type { Currency } from '@cordee/contracts/values';
import { newId } from '@cordee/contracts/id';
import { addDays } from '@cordee/calendar/local-date';
import { money } from '@cordee/money/money';
import { readPages } from '@cordee/testing/read-pages';
import { testNumber } from '@cordee/testing/test-environment';
import { uuid } from '@cordee/testing/test-service';
import fc from 'fast-check';
import { anna, asService, BillingFixture, chf, people, staff } from '../../test/billing.fixture.ts';
import { expectConsistentLedger } from '../../test/consistent-ledger.fixture.ts';

jest.setTimeout(600_000);
/** `ROUNDS=2000 SEED=7` makes a long run that can be repeated. */
const seed = testNumber('SEED', Date.now());
const steps = testNumber('ROUNDS', 90);

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

type Document = Answer<typeof listDocuments>['data'][number];
type SwissReport = Answer<typeof getSwissVatReport>;

const swissReport = (from: string, to: string): Promise<SwissReport> =>
  billing.test.call(getSwissVatReport, { from, to }, staff);
const quarterOf = (day: string): string => `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
const ossReport = (quarter: string) => billing.test.call(getOssVatReport, { quarter }, staff);
/** `2026-Q4` → `2027-01-01`. */
function firstDayAfter(quarter: string): string {
  const month = Number(quarter.at(-1)) * 3 + 1;
  const year = Number(quarter.slice(0, 4));
  return month > 12 ? `${year + 1}-01-01` : `${year}-${String(month).padStart(2, '0')}-01`;
}
const reportOfToday = () => swissReport(billing.today(), billing.today());
const rowOf = (report: SwissReport, state: string, rate: string) =>
  report.rows.find((row) => row.state === state && row.rate === rate);

async function openInvoice(organizationId: `org_${string}`, fields: object = {}): Promise<`inv_${string}`> {
  const input = billing.chargeInput(organizationId, { method: 'on_credit', ...fields });
  return (await billing.test.call(chargePeriod, input, asService)).invoiceId!;
}

describe('the VAT report', () => {
  it('contains invoices less credit notes, write-offs and accepted shortfalls, each lowering the VAT', async () => {
    const organizationId = await billing.organization({ country: 'FR', postalCode: '75001' });
    const vatOfFrance = async () => rowOf(await reportOfToday(), 'FR', '20')?.vat.amount ?? 0;
    const invoices = [
      await openInvoice(organizationId),
      await openInvoice(organizationId),
      await openInvoice(organizationId),
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

  it('of the One Stop Shop has only its countries, in EUR at the rate of the quarter', async () => {
    const organizationId = await billing.organization({ country: 'AT', postalCode: '1010' });
    await openInvoice(organizationId);
    await openInvoice(organizationId, { currency: 'EUR' });
    const quarter = quarterOf(billing.today());
    const readRows = async () => {
      const { rows, missingRates } = await billing.test.call(getOssVatReport, { quarter }, staff);
      return { rows: rows.filter(({ state }) => state === 'AT'), all: rows, missingRates };
    };
    const before = await readRows();
    expect(before.missingRates).toEqual([{ period: quarter, currency: 'CHF' }]);
    expect(before.all.every(({ registration }) => registration === 'OSS')).toBe(true);
    expect(before.rows).toMatchObject([
      { rate: '20', vat: chf(2_160), converted: null },
      { rate: '20', vat: { amount: 2_160, currency: 'EUR' }, converted: { vat: { amount: 2_160, currency: 'EUR' } } },
    ]);
    const rate = { authority: 'ecb', currency: 'CHF', rate: '1.0712' } as const;
    await billing.test.call(setOfficialRate, { ...rate, period: quarter }, staff);
    const after = await readRows();
    expect(after.missingRates).toEqual([]);
    // 21.60 × 1.0712 is 23.14.
    expect(after.rows[0]).toMatchObject({ converted: { vat: { amount: 2_314, currency: 'EUR' } } });
    expect(await billing.test.codeOf(setOfficialRate, { ...rate, period: '2026-01' }, staff)).toBe(
      'OFFICIAL_RATE_PERIOD_INVALID',
    );
  });

  it('of the One Stop Shop states changes of invoices of earlier quarters apart, per quarter and country', async () => {
    const organizationId = await billing.organization({ country: 'BE', postalCode: '1000' });
    const quarter = quarterOf(billing.today());
    const [credited, writtenOff, short] = [
      await openInvoice(organizationId, { currency: 'EUR' }),
      await openInvoice(organizationId),
      await openInvoice(organizationId, { currency: 'EUR' }),
    ];
    const firstReport = await ossReport(quarter);
    const rate = { authority: 'ecb', currency: 'CHF', rate: '1.05', period: quarter } as const;
    await billing.test.call(setOfficialRate, rate, staff);

    moveClockTo(`${firstDayAfter(quarter)}T09:00:00.000Z`);
    const nextQuarter = quarterOf(billing.today());
    const newInvoice = await openInvoice(organizationId, { currency: 'EUR' });
    for (const [documentId, amount] of [
      [credited, 6_534],
      [newInvoice, 1_210],
    ] as const)
      await billing.test.call(
        creditInvoice,
        { organizationId, documentId, reason: 'x', amount },
        staff,
        billing.newKeyOptions(),
      );
    await billing.test.call(writeOffInvoice, { organizationId, documentId: writtenOff, reason: 'x' }, staff);
    const { reference } = await billing.document(organizationId, short);
    const payment = { amount: 13_018, currency: 'EUR' as const, reference: reference!, servicerReference: 'OSS-SHORT' };
    await billing.receive({ ...payment, charges: money(50, 'EUR') });

    const { rows, corrections, missingRates, ledger } = await ossReport(nextQuarter);
    const eur = (amount: number) => ({ amount, currency: 'EUR' as const });
    expect(rows.filter(({ state }) => state === 'BE')).toMatchObject([
      { rate: '21', net: eur(10_800 - 1_000), vat: eur(2_268 - 210) },
    ]);
    const correction = { quarter, state: 'BE', isInTime: true };
    expect(corrections.filter(({ state }) => state === 'BE')).toEqual([
      // 22.68 less at the rate 1.05 of the corrected quarter.
      { ...correction, vat: chf(-2_268), converted: eur(-2_381) },
      // Half of an invoice, and the VAT in 50 cents.
      { ...correction, vat: eur(-1_134 - 9), converted: eur(-1_134 - 9) },
    ]);
    expect(missingRates).toEqual([]);
    expect(ledger.every(({ difference }) => difference.amount === 0)).toBe(true);

    // The bank takes the payment back: the VAT of the shortfall is due again.
    await billing.receive({ ...payment, isReversal: true });
    expect((await ossReport(nextQuarter)).corrections).toContainEqual({
      ...correction,
      vat: eur(-1_134),
      converted: eur(-1_134),
    });
    const { rows: rowsOfFirstQuarter } = await ossReport(quarter);
    expect(rowsOfFirstQuarter.map(({ vat }) => vat)).toEqual(firstReport.rows.map(({ vat }) => vat));
    await expectConsistentLedger(billing, organizationId);
  });

  it('is for staff only', async () => {
    const period = { from: '2026-01-01', to: '2026-03-31' };
    expect(await billing.test.codeOf(getSwissVatReport, period, people.anna)).toBe('NOT_FOUND');
    expect(await billing.test.codeOf(getOssVatReport, { quarter: '2026-Q1' }, people.anna)).toBe('NOT_FOUND');
    expect(await billing.test.codeOf(getSwissVatReport, { from: '2026-03-31', to: '2026-01-01' }, staff)).toBe(
      'PERIOD_INVALID',
    );
  });
});

/** A buyer of the random year: the place, and the rate that its documents have. */
const PLACES = [
  { country: 'CH', postalCode: '1204' },
  { country: 'DE', postalCode: '78266' },
  { country: 'FR', postalCode: '75001' },
  { country: 'EE', postalCode: '10111' },
  { country: 'GB', postalCode: 'SW1A 1AA' },
  { country: 'FI', postalCode: '00100', vatNumber: 'FI12345678' },
  { country: 'US', postalCode: '94105' },
] as const;
const CURRENCIES = ['CHF', 'EUR', 'JPY'] as const;

const anyStep = fc.record({
  do: fc.constantFrom('order', 'order', 'charge', 'charge', 'pay', 'pay', 'short', 'credit', 'writeOff', 'reverse'),
  place: fc.nat(PLACES.length - 1),
  currency: fc.constantFrom(...CURRENCIES),
  type: fc.constantFrom('web_hosting', 'domain', 'odd_price'),
  pick: fc.nat(50),
  percent: fc.integer({ min: 1, max: 100 }),
});

it(`a random year of sales agrees with its documents and with the ledger to the cent (seed ${seed})`, async () => {
  const [year] = fc.sample(fc.array(anyStep, { minLength: steps, maxLength: steps }), { seed, numRuns: 1 });
  const organizationIds: `org_${string}`[] = [];
  for (const place of PLACES) organizationIds.push(await billing.organization(place));
  const firstDay = addDays(billing.today(), 1);
  moveClockTo(`${firstDay}T09:00:00.000Z`);
  const payments: { reference: string; amount: number; currency: Currency; servicerReference: string }[] = [];
  const invoicesOf = async (organizationId: `org_${string}`): Promise<Document[]> =>
    (
      await readPages(50, (page) =>
        billing.test.call(listDocuments, { organizationId, kind: 'invoice', ...page }, anna),
      )
    ).toReversed();

  for (const [index, step] of year!.entries()) {
    if (index % Math.ceil(steps / 12) === 0) moveClockTo(`${addDays(billing.today(), 30)}T09:00:00.000Z`);
    const organizationId = organizationIds[step.place]!;
    const { currency } = step;
    if (step.do === 'order') {
      const proForma = await billing.proForma(organizationId, [{ type: step.type }, { type: 'domain' }], { currency });
      await pay(proForma.reference!, proForma.total.amount, currency);
      continue;
    }
    if (step.do === 'charge') {
      const productId = newId('prd', new Date());
      await openInvoice(organizationId, { currency, type: step.type, productId });
      continue;
    }
    if (step.do === 'reverse') {
      const payment = payments[step.pick % Math.max(1, payments.length)];
      // A reversal that prepaid cannot cover goes to suspense, and changes no VAT.
      if (payment) await billing.receive({ ...payment, isReversal: true });
      continue;
    }
    const invoices = await invoicesOf(organizationId);
    const invoice = invoices[step.pick % Math.max(1, invoices.length)];
    if (!invoice) continue;
    const key = { organizationId, documentId: invoice.id as `inv_${string}` };
    if (step.do === 'pay' && invoice.open.amount > 0)
      await pay(invoice.reference!, invoice.open.amount, invoice.open.currency);
    if (step.do === 'short' && invoice.open.amount > 400) {
      const shortfall = Math.floor(invoice.open.amount / 100);
      await pay(invoice.reference!, invoice.open.amount - shortfall, invoice.open.currency, shortfall);
    }
    if (step.do === 'writeOff') await billing.test.codeOf(writeOffInvoice, { ...key, reason: 'x' }, staff);
    if (step.do === 'credit') {
      const amount = Math.max(1, Math.floor((invoice.total.amount * step.percent) / 100));
      const input = { ...key, reason: 'x', amount, refundTo: 'prepaid' as const };
      await billing.test.codeOf(creditInvoice, input, staff, billing.newKeyOptions());
    }
  }

  async function pay(reference: string, amount: number, currency: Currency, charges?: number): Promise<void> {
    const payment = { reference, amount, currency, servicerReference: `YEAR-${payments.length}-${seed}` };
    payments.push(payment);
    await billing.receive({ ...payment, ...(charges && { charges: money(charges, currency) }) });
  }

  const lastDay = billing.today();
  const report = await swissReport(firstDay, lastDay);
  expect(report.ledger.length).toBeGreaterThan(0);
  expect(report.ledger.every(({ difference }) => difference.amount === 0)).toBe(true);
  // The documents, the write-offs and the shortfalls give the same VAT per rate and currency.
  expect(await vatOfDocuments(organizationIds, firstDay)).toEqual(
    sumBy(report.rows.map((row) => [`${row.category} ${row.rate} ${row.vat.currency}`, row.vat.amount])),
  );
  // The returns of the quarters contain each entry of the registration once.
  const lastQuarterDay = addDays(firstDayAfter(quarterOf(lastDay)), -1);
  const { rows: allRows } = await swissReport(`${quarterOf(firstDay).slice(0, 4)}-01-01`, lastQuarterDay);
  const declared: [string, number][] = [];
  for (let day = `${firstDay.slice(0, 4)}-01-01`; day <= lastDay; day = firstDayAfter(quarterOf(day))) {
    const { rows, corrections, ledger } = await ossReport(quarterOf(day));
    expect(ledger.every(({ difference }) => difference.amount === 0)).toBe(true);
    expect(corrections.every(({ quarter }) => quarter < quarterOf(day))).toBe(true);
    declared.push(
      ...[...rows, ...corrections].map(({ state, vat }): [string, number] => [`${state} ${vat.currency}`, vat.amount]),
    );
  }
  expect(sumBy(declared)).toEqual(
    sumBy(
      allRows
        .filter(({ registration }) => registration === 'OSS')
        .map(({ state, vat }): [string, number] => [`${state} ${vat.currency}`, vat.amount]),
    ),
  );
  // The months add up to the year.
  const months: [string, number][] = [];
  for (let day = firstDay; day <= lastDay; day = addDays(day, 30)) {
    const end = addDays(day, 29);
    const { rows } = await swissReport(day, end < lastDay ? end : lastDay);
    months.push(...rows.map((row): [string, number] => [keyOfRow(row), row.vat.amount]));
  }
  expect(sumBy(months)).toEqual(sumBy(report.rows.map((row) => [keyOfRow(row), row.vat.amount])));
  for (const organizationId of organizationIds) await expectConsistentLedger(billing, organizationId);
});

const keyOfRow = ({ state, category, rate, vat }: SwissReport['rows'][number]): string =>
  `${state} ${category} ${rate} ${vat.currency}`;

/** Sums by key; a key whose sum is zero is left out. */
function sumBy(amounts: readonly (readonly [string, number])[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [key, amount] of amounts) sums[key] = (sums[key] ?? 0) + amount;
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0));
}

/** Adds the VAT of documents up, less the VAT of write-offs (events) and of the shortfalls of invoices (columns). */
async function vatOfDocuments(
  organizationIds: readonly `org_${string}`[],
  from: string,
): Promise<Record<string, number>> {
  const amounts: [string, number][] = [];
  for (const organizationId of organizationIds) {
    for (const kind of ['invoice', 'credit_note'] as const) {
      const documents = await readPages(50, (page) =>
        billing.test.call(listDocuments, { organizationId, kind, from, ...page }, anna),
      );
      for (const { vatTotals } of documents)
        for (const { category, rate, vat } of vatTotals)
          amounts.push([`${category} ${rate} ${vat.currency}`, kind === 'invoice' ? vat.amount : -vat.amount]);
    }
    const rows = await billing.test.rows(
      `select currency, vat::int, total::int, shortfall_amount::int as shortfall,
              (select min(vat_basis_points) from document_line where document_id = invoice.id) as rate
       from invoice where organization_id = $1 and shortfall_amount > 0`,
      [uuid(organizationId)],
    );
    for (const row of rows) {
      const { currency, vat, total, shortfall, rate } = row as Record<string, number>;
      amounts.push([`S ${rate! / 100} ${currency}`, -Math.round((shortfall! * vat!) / total!)]);
    }
  }
  const writeOffs = (await billing.test.outbox()).filter(({ type }) => type.includes('written_off'));
  for (const { data } of writeOffs) {
    const { documentId, organizationId, vat } = data as {
      documentId: string;
      organizationId: `org_${string}`;
      vat: { amount: number; currency: string };
    };
    if (!organizationIds.includes(organizationId)) continue;
    const { vatTotals } = await billing.document(organizationId, documentId as `inv_${string}`);
    amounts.push([`${vatTotals[0]!.category} ${vatTotals[0]!.rate} ${vat.currency}`, -vat.amount]);
  }
  return sumBy(amounts);
}

function moveClockTo(instant: string): void {
  if (new Date(instant) > billing.test.process.clock.now()) billing.test.moveClockTo(instant);
}
