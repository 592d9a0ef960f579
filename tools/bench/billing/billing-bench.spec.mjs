import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { billingService } from '@cordee/billing/billing.service';
import { PrivateBroker } from '@cordee/testing/messaging/private-broker';
import { createTestDatabase } from '@cordee/testing/test-database';
import { serverUrl } from '@cordee/testing/test-environment';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copySql } from '../documents/p3c-document-csv.mjs';
import { invoicePdfs } from '../documents/p3b-invoice-pdfs.mjs';
import { copyOut } from '../harness/copy-out.mjs';
import { randomWithIds } from '../harness/random-ids.mjs';
import { measurements } from './area.mjs';
import { BillingBench } from './billing-bench.mjs';
import { BillingDatabase } from './billing-database.mjs';
import { billingRequests } from './billing-requests.mjs';
import { createDocuments, historyPages } from './p3g-history-page.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cordee-bench-spec-'));
/** The smallest sizes that the measurements allow. */
const options = { scale: 0.000_5, seed: 1, rounds: 1, logs: folder, folder };
const HISTORY = 600;
const PAGES = 10;

let broker;
let urls;
let bench;
beforeAll(async () => {
  broker = await PrivateBroker.start();
  Object.assign(process.env, {
    DATABASE_ADMIN_URL: serverUrl('DATABASE_ADMIN_URL'),
    REDIS_URL: serverUrl('REDIS_URL'),
    NATS_URL: broker.url,
  });
  urls = await createTestDatabase('billing', billingService.migrations);
  bench = await BillingBench.start(await BillingDatabase.connect(urls.runtime), startHere, options);
});
afterAll(async () => {
  await bench?.close();
  await urls?.drop();
  await broker?.remove();
  fs.rmSync(folder, { recursive: true });
});

/** Starts the service in this process, from its sources. */
async function startHere(input) {
  await billingRequests.start(input);
  return {
    pid: process.pid,
    ask: async (request, value) => (request === 'cpu' ? 0 : billingRequests[request](value)),
    stop: () => billingRequests.stop(),
  };
}

/** Opens a measurement on the service and database of this spec. */
async function openHere(rowsByTable) {
  await bench.database.seed(rowsByTable);
  return Object.create(bench, { close: { value: async () => {} } });
}

describe('the measurements of billing', () => {
  it.each([...measurements, invoicePdfs].filter((each) => each !== historyPages))(
    '$id runs with a small size',
    async ({ open }) => {
      const { subjects, close } = await open(options, openHere);
      // A peer does not depend on the code of billing.
      for (const { role, run } of subjects) if (role !== 'peer') expect((await run(0)).operations).toBeGreaterThan(0);
      await close();
    },
  );

  it('P3c and P3g read the documents that they create', async () => {
    const organizationId = randomWithIds(options.seed).id('org');
    await bench.database.seed({});
    await bench.database.reset();
    await createDocuments(bench.database.client, organizationId, { total: HISTORY, distance: 1 });
    expect(await bench.service.ask('readHistory', { organizationId, pages: PAGES, calls: PAGES })).toHaveLength(PAGES);
    expect(await bench.service.ask('readCsv', { organizationId })).toMatchObject({ documents: HISTORY });
    let bytes = 0;
    await copyOut(bench.database.client, copySql, (chunk) => (bytes += chunk.length));
    expect(bytes).toBeGreaterThan(HISTORY);
  });
});
