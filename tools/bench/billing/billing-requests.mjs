import { billingService } from '@cordee/billing/billing.service';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { downloadDocument } from '@cordee/billing/documents/download-document';
import { DocumentRenderer } from '@cordee/billing/documents/pdf/document-renderer';
import { readCsvPage } from '@cordee/billing/documents/read-csv-page';
import { readDocumentPage } from '@cordee/billing/documents/read-document-page';
import { Seller } from '@cordee/billing/seller/seller';
import { Files } from '@cordee/service/files';
import { ProcessContext } from '@cordee/service/process-context';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { CONFIG, ServiceHost } from '@cordee/service/service-host';
import { EntityManager } from '@mikro-orm/postgresql';
import { Module } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { invoiceRenewals } from './invoice-renewals.mjs';

/** The same number as in the baseline of p3b-invoice-pdfs.mjs. */
const RENDERER_THREADS = 2;

let host;
let processContext;
let background;
let seller;
let entityManager;
let downloads;

/** The requests to the real billing service on NATS, with a clock that cannot be moved. */
export const billingRequests = {
  start,
  /** Issues the invoices of renewals, one transaction per set. */
  async invoiceRenewals({ renewals, setSize }) {
    for (let start = 0; start < renewals.length; start += setSize)
      await background.asSystem((context) =>
        invoiceRenewals({ ...context, seller }, renewals.slice(start, start + setSize)),
      );
  },
  /** Reads pages of the history of an organization, from the newest on. Returns the milliseconds of each page. */
  async readHistory({ organizationId, pages, calls }) {
    const times = [];
    for (let call = 0, cursor; call < calls; call += 1) {
      if (call % pages === 0) cursor = undefined;
      const startedAt = performance.now();
      const page = await entityManager.fork().transactional((em) => {
        setTenantContext(em, { organizationId });
        return readDocumentPage(em, { organizationId, limit: 50, cursor }, seller.today(new Date()));
      });
      times.push(performance.now() - startedAt);
      if (page.documents.length !== 50) throw new Error(`${page.documents.length} documents on a page`);
      cursor = page.nextCursor;
    }
    return times;
  },
  /** Renders and stores the PDFs of documents, each in a transaction of its own. */
  async renderDocuments({ keys, inFlight }) {
    const queue = [...keys];
    const render = async () => {
      for (let key = queue.shift(); key; key = queue.shift())
        await background.asSystem((context) => downloadDocument({ ...context, seller }, downloads, key));
    };
    await Promise.all(Array.from({ length: inFlight }, render));
  },
  /** Reads the CSV of an organization, page by page, and discards the text. */
  async readCsv({ organizationId }) {
    const startedAt = performance.now();
    const memoryBefore = process.memoryUsage().rss;
    let [documents, firstPartMs, peakMemory, after] = [0, undefined, memoryBefore, undefined];
    do {
      const page = await background.asSystem(({ em }) =>
        readCsvPage(em, { organizationId }, { today: seller.today(new Date()), format: 'comma', after }),
      );
      firstPartMs ??= performance.now() - startedAt;
      documents += page.documentCount;
      peakMemory = Math.max(peakMemory, process.memoryUsage().rss);
      after = page.next;
    } while (after);
    const memoryGrowthMb = (peakMemory - memoryBefore) / 1_000_000;
    return { documents, ms: performance.now() - startedAt, firstPartMs, memoryGrowthMb };
  },
  collectGarbage: () => globalThis.gc?.(),
  async stop() {
    await downloads?.renderer.onApplicationShutdown();
    await host?.stop();
    await processContext?.close();
  },
};

async function start({ databaseUrl, keys }) {
  const { NATS_URL, REDIS_URL } = process.env;
  processContext = await ProcessContext.open('billing', {
    LOG_LEVEL: 'error',
    CORDEE_VERSION: 'test',
    NATS_URL,
    CORDEE_MODE: 'production',
    ACCESS_CACHE_MIB: 16,
    TOKEN_VERIFICATION_KEYS: { keys },
  });
  host = await ServiceHost.start(
    { ...billingService, module: moduleWithAccessToJobs() },
    {
      // Without production mode, the seller is the sample seller.
      CORDEE_MODE: 'test',
      LOG_LEVEL: 'error',
      DATABASE_URL: databaseUrl,
      NATS_URL,
      REDIS_URL,
      QUEUE_PREFIX: randomUUID(),
      PUBLIC_URL: 'https://portal.provider.ch',
      CARD_PROVIDER: 'none',
      TOKEN_VERIFICATION_KEYS: JSON.stringify({ keys }),
    },
    processContext,
  );
}

/** The module of billing, and a provider that keeps the transactions of jobs and the seller for the measurement. */
function moduleWithAccessToJobs() {
  class BenchModule {}
  const keep = (transactions, config, em, files) => {
    background = transactions;
    entityManager = em;
    seller = new Seller(config);
    downloads = { files, renderer: new DocumentRenderer(RENDERER_THREADS) };
    return {};
  };
  Module({
    imports: [billingService.module],
    providers: [
      {
        provide: 'bench',
        inject: [BackgroundTransactions, CONFIG, EntityManager, Files],
        useFactory: keep,
      },
    ],
  })(BenchModule);
  return BenchModule;
}
