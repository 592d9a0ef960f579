import { exportedColumnsSql, exportedLinesSql, exportedRateSql } from '@cordee/billing/documents/read-csv-page';
import { createTokenSigner } from '../access/token-signer.mjs';
import { BillingDatabase } from '../billing/billing-database.mjs';
import { createDocuments } from '../billing/p3g-history-page.mjs';
import { startChild } from '../harness/child.mjs';
import { copyOut } from '../harness/copy-out.mjs';
import { atLeast, atMost } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';
import { randomWithIds } from '../harness/random-ids.mjs';
import { cpuBetween, cpuOfServers } from '../platform/servers.mjs';
import { ownCpu } from '../../measurement/cpu.mjs';
import { median } from '../../measurement/statistics.mjs';

const DOCUMENTS = 1_000_000;
const MAX_MEMORY_MB = 64;
const MAX_FIRST_PART_MS = 50;

const name = 'CSV with all columns, part by part';
const limitName = 'COPY of the same columns';

/** P3c: measures the CSV of all documents of an organization. */
export const documentCsv = {
  id: 'P3c',
  title: 'the CSV of an organization with 1,000,000 documents',
  async open(options) {
    const count = Math.max(10_000, Math.round(DOCUMENTS * options.scale));
    const organizationId = randomWithIds(options.seed).id('org');
    progress(`P3c: creating ${count.toLocaleString('en')} documents`);
    const database = await BillingDatabase.create({}, 'cordee_bench_csv');
    await createDocuments(database.client, organizationId, { total: count, distance: 1 });
    const service = await startChild(
      new URL('../billing/billing.process.mjs', import.meta.url),
      { databaseUrl: database.runtimeUrl, keys: createTokenSigner().keys },
      options,
    );
    const readCpu = () => cpuOfServers(options.folder).postgres;
    const samples = [];
    const readCsv = async () => {
      await service.ask('collectGarbage');
      const cpuBefore = { service: await service.ask('cpu'), postgres: readCpu() };
      const sample = await service.ask('readCsv', { organizationId });
      const cpu = cpuBetween(cpuBefore, { service: await service.ask('cpu'), postgres: readCpu() });
      if (sample.documents !== count) throw new Error(`${sample.documents} of ${count} documents`);
      samples.push(sample);
      return { operations: count, ms: sample.ms, cpu };
    };
    const copy = async () => {
      const cpuBefore = { client: ownCpu(), postgres: readCpu() };
      const startedAt = performance.now();
      let bytes = 0;
      await copyOut(database.client, copySql, (chunk) => (bytes += chunk.length));
      const cpu = cpuBetween(cpuBefore, { client: ownCpu(), postgres: readCpu() });
      if (bytes === 0) throw new Error('COPY returned nothing');
      return { operations: count, ms: performance.now() - startedAt, cpu };
    };
    const worst = (field) => Math.max(...samples.map((sample) => sample[field]));
    return {
      unit: 'documents/s',
      subjects: [
        { name: limitName, role: 'limit', run: copy },
        { name, role: 'ours', run: readCsv },
      ],
      goals: [
        atLeast(0.65, `of the ${limitName}`, name, limitName),
        atMost(
          MAX_MEMORY_MB,
          `memory of the service grows by at most ${MAX_MEMORY_MB} MB`,
          () => worst('memoryGrowthMb'),
          'MB',
        ),
        atMost(
          MAX_FIRST_PART_MS,
          `first part after at most ${MAX_FIRST_PART_MS} ms`,
          () => median(samples.map(({ firstPartMs }) => firstPartMs)),
          'ms',
        ),
      ],
      notes: () => [`${count.toLocaleString('en')} paid invoices with a line each; without gateway and NATS.`],
      async close() {
        await service.stop();
        await database.close();
      },
    };
  },
};

/** All documents are paid, so the stored status is the status on each day. */
export const copySql = `select ${exportedColumnsSql}
  from (select *, stored_status as status from document) document left join ${exportedRateSql}, ${exportedLinesSql}
  order by document.issued_on desc, document.id desc`;
