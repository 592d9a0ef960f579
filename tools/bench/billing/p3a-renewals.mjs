import { atLeast, atMost } from '../harness/goals.mjs';
import { bareName, BillingBench } from './billing-bench.mjs';
import { randomDocuments, randomOrganizations, rowsOfDocuments, today } from './random-documents.mjs';

const RENEWALS = 10_000;
const SET_SIZE = 500;
const MAX_MS = 2_000;
const YEAR_MS = 365 * 86_400_000;

/** P3a: measures how fast renewals become posted invoices: numbers, lines, VAT, charges, ledger bookings, outbox. */
export const renewalRun = {
  id: 'P3a',
  title: 'renewals become posted invoices: numbers, lines, VAT, charges, ledger, outbox',
  async open(options, openBench = BillingBench.open) {
    const count = Math.max(SET_SIZE, Math.round(RENEWALS * options.scale));
    const organizations = randomOrganizations(options.seed, count);
    const bench = await openBench(rowsOfDocuments(organizations, []), options);
    const period = { start: today(), end: new Date(Date.now() + YEAR_MS).toISOString().slice(0, 10) };
    const renewals = randomDocuments(options.seed, 'invoice', organizations, count).map(
      ({ organization: { organizationId, buyer, addressId }, productId, net }) => ({
        organizationId,
        buyer,
        addressId,
        productId,
        price: net,
        period,
      }),
    );
    const name = 'renewals';
    return {
      unit: 'invoices/s',
      subjects: bench.subjects(name, {
        count,
        perTransaction: SET_SIZE,
        work: () => bench.service.ask('invoiceRenewals', { renewals, setSize: SET_SIZE }),
      }),
      goals: [
        atMost(
          MAX_MS,
          'the time of 10,000 renewals at the measured rate: at most 2 s',
          (results) => (RENEWALS / results.find((result) => result.name === name).median) * 1_000,
          'ms',
        ),
        atLeast(0.25, `of ${bareName(name)}`, name, bareName(name), bareName(name)),
      ],
      notes: () => [`${count.toLocaleString('en')} renewals in sets of ${SET_SIZE}, one transaction per set.`],
      close: () => bench.close(),
    };
  },
};
