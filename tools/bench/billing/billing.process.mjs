// Runs the real billing service on NATS in its own process, with a clock that cannot be moved.
import { billingService } from '@cordee/billing/billing.service';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { readDocumentPage } from '@cordee/billing/documents/read-document-page';
import { Seller } from '@cordee/billing/seller/seller';
import { ProcessContext } from '@cordee/service/process-context';
import { setTenantContext } from '@cordee/service/database/tenant-context';
import { CONFIG, ServiceHost } from '@cordee/service/service-host';
import { EntityManager } from '@mikro-orm/postgresql';
import { Module } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { handleRequests } from '../harness/handle-requests.mjs';
import { invoiceRenewals } from './invoice-renewals.mjs';

let host;
let processContext;
let background;
let seller;
let entityManager;
handleRequests({
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
  collectGarbage: () => globalThis.gc(),
  async stop() {
    await host?.stop();
    await processContext?.close();
  },
});

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
  const keep = (transactions, config, em) => {
    background = transactions;
    entityManager = em;
    seller = new Seller(config);
    return {};
  };
  Module({
    imports: [billingService.module],
    providers: [{ provide: 'bench', inject: [BackgroundTransactions, CONFIG, EntityManager], useFactory: keep }],
  })(BenchModule);
  return BenchModule;
}
