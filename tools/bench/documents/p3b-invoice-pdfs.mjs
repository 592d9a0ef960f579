import { WorkerPool } from '@cordee/service/worker-pool';
import { BillingBench } from '../billing/billing-bench.mjs';
import { IBAN, randomDocuments, randomOrganizations, rowsOfDocuments } from '../billing/random-documents.mjs';
import { atLeast } from '../harness/goals.mjs';
import { cpuBetween } from '../platform/servers.mjs';
import { ownCpu } from '../../measurement/cpu.mjs';

const INVOICES = 1_000;
const THREADS = 2;
/** The documents that are rendered at once; the others wait for a thread. */
const IN_FLIGHT = 4;
const BASELINE_CPU_MS = 10_000;
const BASELINE_MEMORY_MIB = 256;

const name = 'invoices with QR-bill, embedded fonts and tags, stored';
const baselineName = 'plain swissqrbill on both cores';

/** P3b: measures how fast invoices become PDFs with a QR-bill. */
export const invoicePdfs = {
  id: 'P3b',
  title: 'invoices as PDF with QR-bill and embedded fonts, stored in PostgreSQL',
  async open(options, openBench = BillingBench.open) {
    const count = Math.max(50, Math.round(INVOICES * options.scale));
    const organizations = randomOrganizations(options.seed, count);
    const documents = randomDocuments(options.seed, 'invoice', organizations, count);
    const bench = await openBench(rowsOfDocuments(organizations, documents), options);
    const keys = documents.map(({ organization, id }) => ({
      organizationId: organization.organizationId,
      documentId: id,
    }));
    const baselinePool = new WorkerPool({
      file: new URL('swissqrbill-baseline.worker.mjs', import.meta.url),
      threads: THREADS,
      memoryMib: BASELINE_MEMORY_MIB,
    });
    return {
      unit: 'PDFs/s',
      subjects: [
        { name, role: 'ours', run: () => renderOurs(bench, keys) },
        { name: baselineName, role: 'peer', run: () => renderBaseline(baselinePool, documents) },
      ],
      goals: [atLeast(1.4, `of ${baselineName}`, name, baselineName)],
      notes: () => [
        `${count.toLocaleString('en')} open invoices with one line, ${THREADS} threads each. The plain PDFs have no ` +
          'embedded font and are not stored. Chromium is not measured: no npm package contains it.',
      ],
      async close() {
        await baselinePool.onApplicationShutdown();
        await bench.close();
      },
    };
  },
};

async function renderOurs(bench, keys) {
  await bench.database.reset();
  const [cpuBefore, startedAt] = [await bench.cpu(), performance.now()];
  await bench.service.ask('renderDocuments', { keys, inFlight: IN_FLIGHT });
  return { operations: keys.length, ms: performance.now() - startedAt, cpu: cpuBetween(cpuBefore, await bench.cpu()) };
}

async function renderBaseline(pool, documents) {
  const [cpuBefore, startedAt] = [ownCpu(), performance.now()];
  let next = 0;
  const worker = async () => {
    while (next < documents.length) await pool.run('baseline', baselineInvoice(documents[next++]), BASELINE_CPU_MS);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return { operations: documents.length, ms: performance.now() - startedAt, cpu: { client: ownCpu() - cpuBefore } };
}

/** Returns the content of an invoice for the baseline, with the data of a document. */
function baselineInvoice({ number, organization: { buyer }, net, total, reference }) {
  const amountText = (minorUnits) => (minorUnits / 100).toFixed(2);
  const party = {
    name: buyer.name,
    address: buyer.street,
    buildingNumber: buyer.buildingNumber,
    zip: buyer.postalCode,
    city: buyer.town,
    country: buyer.country,
  };
  return {
    number: `Invoice ${number}`,
    seller: 'Alpenhost SA\nRue de la Gare 1\n1204 Genève',
    buyer: `${buyer.name}\n${buyer.street} ${buyer.buildingNumber}\n${buyer.postalCode} ${buyer.town}`,
    lines: [
      ['Web hosting', '1', '8.1 %', amountText(net)],
      ['Total', '', '', amountText(total)],
    ],
    bill: {
      amount: total / 100,
      currency: 'CHF',
      // An IBAN that is no QR-IBAN takes no QR reference.
      ...(reference.startsWith('RF') && { reference }),
      creditor: { ...party, name: 'Alpenhost SA', address: 'Rue de la Gare', account: IBAN },
      debtor: party,
    },
  };
}
