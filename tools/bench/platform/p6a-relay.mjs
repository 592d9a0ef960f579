import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startChild } from '../harness/child.mjs';
import { atLeast, atLeastValue, atMost } from '../harness/goals.mjs';
import { SOURCE } from './bench-contracts.mjs';
import { createBenchDatabase } from './bench-databases.mjs';
import { drainBacklog } from './relay-backlog.mjs';
import { cpuOfServers } from './servers.mjs';

/** The number of events in each round, for a broker without and with atomic batches. */
const EVENTS = 5_000;
const EVENTS_IN_BATCHES = 100_000;
const IN_FLIGHT = 500;
const BATCH = { batchSize: 1_000, inFlight: 2 };
const GOAL_IN_BATCHES = 20_000;
const IDLE_MS = 10_000;
const LARGE_BACKLOG = 1_000_000;

/** P6a: measures how fast the relay drains a backlog of the outbox, and its CPU time when it is idle. */
export const relay = {
  id: 'P6a',
  title: 'the relay drains a backlog of the outbox; the broker syncs each event before it acknowledges',
  async open(options) {
    const { admin, runtime } = await createBenchDatabase(SOURCE);
    const publisher = await startChild(new URL('publisher.process.mjs', import.meta.url), {}, options);
    const { version, hasBatches } = await publisher.ask('broker');
    const source = await startChild(new URL('source.process.mjs', import.meta.url), { databaseUrl: runtime }, options);
    const client = new pg.Client({ connectionString: admin });
    await client.connect();
    const count = Math.max(1_000, Math.round((hasBatches ? EVENTS_IN_BATCHES : EVENTS) * options.scale));
    const readServerCpu = () => cpuOfServers(options.folder);
    let idlePercent;
    const publish = async () => {
      const cpuBefore = readServerCpu().nats;
      const sample = await publisher.ask('publishCount', { count, ...(hasBatches ? BATCH : { inFlight: IN_FLIGHT }) });
      return { ...sample, cpu: { publisher: sample.cpu, nats: readServerCpu().nats - cpuBefore } };
    };
    const cpu = async () => ({ source: await source.ask('cpu'), ...readServerCpu() });
    const limit = hasBatches ? `bare batches of ${BATCH.batchSize}` : `bare publishes, ${IN_FLIGHT} in flight`;
    const ours = 'the relay';
    return {
      unit: 'events/s',
      subjects: [
        { name: limit, role: 'limit', run: publish },
        { name: ours, role: 'ours', run: () => drainBacklog(client, count, cpu) },
      ],
      tables: [
        async () => {
          const cpuBefore = await source.ask('cpu');
          await sleep(IDLE_MS);
          idlePercent = ((await source.ask('cpu')) - cpuBefore) / (IDLE_MS / 100);
          return {
            title: 'Idle, relay and all other parts of the service:',
            columns: ['', 'CPU %'],
            rows: [[ours, idlePercent]],
          };
        },
      ],
      goals: [
        hasBatches
          ? {
              ...atLeastValue(
                GOAL_IN_BATCHES,
                `≥ ${GOAL_IN_BATCHES.toLocaleString('en')} events/s`,
                (results) => results.find(({ name }) => name === ours)?.median ?? null,
              ),
              ours,
              limit,
            }
          : atLeast(0.8, 'of the bare publishes', ours, limit),
        atMost(
          60,
          'a backlog of 1,000,000 events is drained in 60 s, at the measured rate',
          (results) => LARGE_BACKLOG / results.find(({ name }) => name === ours).median,
          's',
        ),
        atMost(1, 'idle: at most 1 % of a core', () => idlePercent, '% of a core'),
      ],
      notes: () => [`NATS ${version}; atomic batches need 2.12. ${count.toLocaleString('en')} events in each round.`],
      close: () => client.end(),
    };
  },
};
