import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { creditInvoice, writeOffInvoice } from '@cordee/contracts/billing/credit-note';
import { listDocuments } from '@cordee/contracts/billing/document';
import type { Answer } from '@cordee/contracts/contract';
import type { Currency } from '@cordee/contracts/values';
import { newId } from '@cordee/contracts/id';
import { addDays } from '@cordee/calendar/local-date';
import { money } from '@cordee/money/money';
import { readPages } from '@cordee/testing/read-pages';
import { testNumber } from '@cordee/testing/test-environment';
import { uuid } from '@cordee/testing/test-service';
import fc from 'fast-check';
import { anna, BillingFixture, staff } from '../../test/billing.fixture.ts';
import { expectConsistentLedger } from '../../test/consistent-ledger.fixture.ts';
import { firstDayAfter, quarterOf, VatReports, type SwissReport } from '../../test/vat-reports.ts';

jest.setTimeout(600_000);
/** `ROUNDS=2000 SEED=7` makes a long run that can be repeated. */
const seed = testNumber('SEED', Date.now());
const stepCount = testNumber('ROUNDS', 90);

let billing: BillingFixture;
let reports: VatReports;
beforeAll(async () => {
  billing = await BillingFixture.start();
  reports = new VatReports(billing);
});
afterAll(() => billing.stop());

type Document = Answer<typeof listDocuments>['data'][number];

/** The places of the buyers of the random year. */
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
  do: fc.constantFrom(
    'order',
    'order',
    'charge',
    'charge',
    'pay',
    'pay',
    'payWithShortfall',
    'credit',
    'writeOff',
    'reverse',
  ),
  place: fc.nat(PLACES.length - 1),
  currency: fc.constantFrom(...CURRENCIES),
  type: fc.constantFrom('web_hosting', 'domain', 'odd_price'),
  pick: fc.nat(50),
  percent: fc.integer({ min: 1, max: 100 }),
});

it(`a random year of sales agrees with its documents and with the ledger to the cent (seed ${seed})`, async () => {
  const [steps] = fc.sample(fc.array(anyStep, { minLength: stepCount, maxLength: stepCount }), { seed, numRuns: 1 });
  const organizationIds: `org_${string}`[] = [];
  for (const place of PLACES) organizationIds.push(await billing.organization(place));
  const firstDay = addDays(billing.today(), 1);
  reports.moveClockTo(firstDay);
  const payments: { reference: string; amount: number; currency: Currency; servicerReference: string }[] = [];
  const invoicesOf = async (organizationId: `org_${string}`): Promise<Document[]> =>
    (
      await readPages(50, (page) =>
        billing.test.call(listDocuments, { organizationId, kind: 'invoice', ...page }, anna),
      )
    ).toReversed();

  for (const [index, step] of steps!.entries()) {
    if (index % Math.ceil(stepCount / 12) === 0) reports.moveClockTo(addDays(billing.today(), 30));
    const organizationId = organizationIds[step.place]!;
    const { currency } = step;
    if (step.do === 'order') {
      const proForma = await billing.proForma(organizationId, [{ type: step.type }, { type: 'domain' }], { currency });
      await pay(proForma.reference!, proForma.total.amount, currency);
      continue;
    }
    if (step.do === 'charge') {
      const productId = newId('prd', new Date());
      await reports.openInvoice(organizationId, { currency, type: step.type, productId });
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
    if (step.do === 'payWithShortfall' && invoice.open.amount > 400) {
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
  const report = await reports.swiss(firstDay, lastDay);
  expect(report.ledger.length).toBeGreaterThan(0);
  expect(report.ledger.every(({ difference }) => difference.amount === 0)).toBe(true);
  // The documents, the write-offs and the shortfalls give the same VAT per rate and currency.
  expect(await vatOfDocuments(organizationIds, firstDay)).toEqual(
    sumBy(report.rows.map((row) => [`${row.category} ${row.rate} ${row.vat.currency}`, row.vat.amount])),
  );
  // The returns of the quarters contain each entry of the registration once.
  const lastQuarterDay = addDays(firstDayAfter(quarterOf(lastDay)), -1);
  const { rows: allRows } = await reports.swiss(`${quarterOf(firstDay).slice(0, 4)}-01-01`, lastQuarterDay);
  const declaredVat: [string, number][] = [];
  for (let day = `${firstDay.slice(0, 4)}-01-01`; day <= lastDay; day = firstDayAfter(quarterOf(day))) {
    const { rows, corrections, ledger } = await reports.oss(quarterOf(day));
    expect(ledger.every(({ difference }) => difference.amount === 0)).toBe(true);
    expect(corrections.every(({ quarter }) => quarter < quarterOf(day))).toBe(true);
    declaredVat.push(
      ...[...rows, ...corrections].map(({ state, vat }): [string, number] => [`${state} ${vat.currency}`, vat.amount]),
    );
  }
  expect(sumBy(declaredVat)).toEqual(
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
    const { rows } = await reports.swiss(day, end < lastDay ? end : lastDay);
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

/** Sums the VAT of documents, less the VAT of write-offs (read from events) and shortfalls (read from invoices). */
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
