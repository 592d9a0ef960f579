import { atLeast, atLeastValue } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';
import { bankFileOf } from './bank-file-of.mjs';
import { bareName, BillingBench } from './billing-bench.mjs';
import { randomDocuments, randomOrganizations, rowsOfDocuments } from './random-documents.mjs';

const PAYMENTS = 10_000;
const cases = [
  { kind: 'invoice', name: 'payments of open invoices', goal: 10_000 },
  { kind: 'pro_forma', name: 'payments of pro formas', goal: 4_000 },
];

/** P3d: measures how fast a camt.054 is imported: parse, match, post. */
export const bankFileImport = {
  id: 'P3d',
  title: 'a camt.054 is imported: parse, match, post; each payment pays a document',
  async open(options, openBench = BillingBench.open) {
    const count = Math.max(500, Math.round(PAYMENTS * options.scale));
    progress(`P3d: creating ${count.toLocaleString('en')} documents of each kind`);
    const organizations = randomOrganizations(options.seed, count);
    const documents = cases.flatMap(({ kind }) => randomDocuments(options.seed, kind, organizations, count));
    const bench = await openBench(rowsOfDocuments(organizations, documents), options);
    const subjectsOf = ({ kind, name }) => {
      const file = bankFileOf(documents.filter((document) => document.kind === kind));
      return bench.subjects(name, {
        count,
        perTransaction: count,
        prepare: () => bench.caller.upload(file),
        async work(fileId) {
          const booked = await bench.caller.importFile(fileId);
          if (booked !== count) throw new Error(`${booked} of ${count} payments are booked`);
        },
      });
    };
    return {
      unit: 'payments/s',
      subjects: cases.flatMap(subjectsOf),
      goals: cases.flatMap(({ name, goal }) => [
        atLeastValue(
          goal,
          `≥ ${goal.toLocaleString('en')}/s: ${name}`,
          (results) => results.find((result) => result.name === name).median,
        ),
        atLeast(0.25, `of ${bareName(name)}`, name, bareName(name), bareName(name)),
      ]),
      notes: () => [
        `${count.toLocaleString('en')} payments in each file; with --scale 10, 100,000.`,
        'The bare SQL writes the rows of the import in batches of 500, in one transaction.',
        'There is no stream, so the relay publishes no event meanwhile: P6a measures the relay.',
      ],
      close: () => bench.close(),
    };
  },
};
