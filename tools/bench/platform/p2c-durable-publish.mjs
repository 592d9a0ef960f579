import { startChild } from '../harness/child.mjs';
import { atLeast, atLeastValue } from '../harness/goals.mjs';
import { cpuOfServers } from './servers.mjs';

const IN_FLIGHT = 256;
const BATCH = { size: 1_000, inFlight: 2 };
const RUN_MS = 2_000;
const GOAL = 40_000;

/** P2c: measures publishes of events that the broker syncs to disk before it acknowledges them. */
export const durablePublish = {
  id: 'P2c',
  title: 'events published durably; the broker syncs before it acknowledges',
  async open(options) {
    const publisher = await startChild(new URL('publisher.process.mjs', import.meta.url), {}, options);
    const { version, hasBatches } = await publisher.ask('broker');
    const run = async (request, input) => {
      const cpuBefore = cpuOfServers(options.folder).nats;
      const sample = await publisher.ask(request, { ms: RUN_MS, ...input });
      return { ...sample, cpu: { publisher: sample.cpu, nats: cpuOfServers(options.folder).nats - cpuBefore } };
    };
    const pair = (limit, ours, request, input) => [
      { name: limit, role: 'limit', of: ours, run: () => run(request, { publisher: 'bare', ...input }) },
      { name: ours, role: 'ours', of: ours, run: () => run(request, { publisher: 'bus', ...input }) },
    ];
    const [limit, ours] = [`bare publishes, ${IN_FLIGHT} in flight`, 'NatsBus.publishEvent'];
    const [batchLimit, batches] = [`bare batches of ${BATCH.size}`, 'NatsBus.publishBatch'];
    return {
      unit: 'events/s',
      subjects: [
        ...pair(limit, ours, 'publish', { inFlight: IN_FLIGHT }),
        ...(hasBatches ? pair(batchLimit, batches, 'publishBatches', BATCH) : []),
      ],
      goals: [
        atLeast(0.8, 'of the bare publishes', ours, limit, limit),
        ...(hasBatches
          ? [
              {
                ...atLeastValue(
                  GOAL,
                  `≥ ${GOAL.toLocaleString('en')} events/s in atomic batches`,
                  (results) => results.find(({ name }) => name === batches)?.median ?? null,
                ),
                ours: batches,
                limit: batchLimit,
              },
            ]
          : []),
      ],
      notes: () => [`NATS ${version}; atomic batches need 2.12.`],
    };
  },
};
