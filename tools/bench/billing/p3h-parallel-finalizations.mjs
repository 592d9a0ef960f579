import { chargePeriod } from '@cordee/contracts/billing/charge';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { atLeast } from '../harness/goals.mjs';
import { randomWithIds } from '../harness/random-ids.mjs';
import { BillingBench } from './billing-bench.mjs';
import { randomOrganizations, rowsOfDocuments } from './random-documents.mjs';
import { addAddresses, answerForServices, newCharge } from './renewal-charges.mjs';

const INVOICES = 640;
const PARALLEL = 64;
const TIMEOUT_MS = 60_000;

/** P3h: measures whether parallel finalizations, which share the series of numbers, hinder each other. */
export const parallelFinalizations = {
  id: 'P3h',
  title: 'invoices are finalized in one series of numbers, one after the other and 64 at the same time',
  async open(options, openBench = BillingBench.open) {
    const count = Math.max(PARALLEL, Math.round(INVOICES * options.scale));
    const random = randomWithIds(options.seed);
    // Each organization gets one invoice, so that calls share only the series.
    const organizations = randomOrganizations(options.seed, 2 * count);
    const bench = await openBench(rowsOfDocuments(organizations, []), options);
    await answerForServices(bench.caller.bus);
    await addAddresses(bench.database.client, organizations);
    const renewals = new RpcClient(bench.caller.bus, 'renewals');
    const finalize = async (parallel) => {
      await bench.database.reset();
      const queue = organizations.map(({ organizationId }) => newCharge(random, organizationId));
      const startedAt = performance.now();
      await Promise.all(
        Array.from({ length: parallel }, async () => {
          for (let input = queue.shift(); input; input = queue.shift())
            await renewals.call(chargePeriod, input, { idempotencyKey: input.chargeId, timeoutMs: TIMEOUT_MS });
        }),
      );
      return { operations: count, ms: performance.now() - startedAt };
    };
    const [one, many] = ['one at a time', `${PARALLEL} at the same time`];
    return {
      unit: 'invoices/s',
      subjects: [
        { name: one, role: 'variant', run: () => finalize(1) },
        { name: many, role: 'ours', run: () => finalize(PARALLEL) },
      ],
      goals: [atLeast(1, `of the rate of ${one}`, many, one, one)],
      notes: () => [
        `${count.toLocaleString('en')} calls of chargePeriod over NATS; each organization gets one invoice.`,
      ],
      close: () => bench.close(),
    };
  },
};
