// Runs the real billing service on NATS in its own process, with a clock that cannot be moved.
import { billingService } from '@cordee/billing/billing.service';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Seller } from '@cordee/billing/seller/seller';
import { ProcessContext } from '@cordee/service/process-context';
import { CONFIG, ServiceHost } from '@cordee/service/service-host';
import { Module } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { handleRequests } from '../harness/handle-requests.mjs';
import { invoiceRenewals } from './invoice-renewals.mjs';

let host;
let processContext;
let background;
let seller;
handleRequests({
  start,
  /** Issues the invoices of renewals, one transaction per set. */
  async invoiceRenewals({ renewals, setSize }) {
    for (let start = 0; start < renewals.length; start += setSize)
      await background.asSystem((context) =>
        invoiceRenewals({ ...context, seller }, renewals.slice(start, start + setSize)),
      );
  },
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
  const keep = (transactions, config) => {
    background = transactions;
    seller = new Seller(config);
    return {};
  };
  Module({
    imports: [billingService.module],
    providers: [{ provide: 'bench', inject: [BackgroundTransactions, CONFIG], useFactory: keep }],
  })(BenchModule);
  return BenchModule;
}
