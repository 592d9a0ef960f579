import fs from 'node:fs';
import { atMost } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';
import { bankFileOf } from './bank-file-of.mjs';
import { BillingBench } from './billing-bench.mjs';
import { randomDocuments, randomOrganizations, rowsOfDocuments } from './random-documents.mjs';

const MIB = 1_048_576;
/** Below the limit of 200 MiB: the numbers of a large file have more digits than the numbers of the sample. */
const FILE_BYTES = 196 * MIB;
/** The payments by which the size of one payment is measured. */
const SAMPLE = 1_000;
const MAX_MEMORY_MB = 100;
const MEMORY_INTERVAL_MS = 50;

/** P3i: measures the time and the memory of the import of a large bank file, whose payments pay open invoices. */
export const largeFileImport = {
  id: 'P3i',
  title: 'a bank file of 200 MiB is imported as a job; each payment pays an open invoice',
  async open(options, openBench = BillingBench.open) {
    const sampleBytes = Buffer.byteLength(bankFileOf(documentsOf(options, SAMPLE).documents));
    const count = Math.floor((FILE_BYTES * Math.min(1, options.scale) * SAMPLE) / sampleBytes);
    progress(`P3i: creating ${count.toLocaleString('en')} invoices`);
    const { organizations, documents } = documentsOf(options, count);
    const bench = await openBench(rowsOfDocuments(organizations, documents), options);
    const file = bankFileOf(documents);
    let growth = 0;
    const run = async () => {
      await bench.database.reset();
      const fileId = await bench.caller.upload(file);
      await bench.service.ask('collectGarbage');
      const [memory, startedAt] = [new PeakMemory(bench.service.pid), performance.now()];
      const booked = await bench.caller.importAsJob(fileId);
      const ms = performance.now() - startedAt;
      growth = Math.max(growth, memory.stop());
      if (booked !== count) throw new Error(`${booked} of ${count} payments are booked`);
      await bench.database.deleteEvents();
      return { operations: count, ms };
    };
    return {
      unit: 'payments/s',
      subjects: [{ name: 'payments of a large file', role: 'ours', run }],
      goals: [atMost(MAX_MEMORY_MB, `memory of the service grows by at most ${MAX_MEMORY_MB} MB`, () => growth, 'MB')],
      notes: (results) => [
        `${(Buffer.byteLength(file) / MIB).toFixed(0)} MiB, ${count.toLocaleString('en')} payments, ` +
          `${(count / results[0].median).toFixed(0)} s; the memory is the highest of all rounds.`,
      ],
      close: () => bench.close(),
    };
  },
};

function documentsOf({ seed }, count) {
  const organizations = randomOrganizations(seed, count);
  return { organizations, documents: randomDocuments(seed, 'invoice', organizations, count) };
}

/** Samples the resident memory of a process until `stop`, which returns the growth in MB. */
class PeakMemory {
  constructor(pid) {
    this.pid = pid;
    this.first = this.peak = this.read();
    this.timer = setInterval(() => {
      this.peak = Math.max(this.peak, this.read());
    }, MEMORY_INTERVAL_MS);
  }

  read() {
    const status = fs.readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) * 1_024) / 1_000_000;
  }

  stop() {
    clearInterval(this.timer);
    return this.peak - this.first;
  }
}
