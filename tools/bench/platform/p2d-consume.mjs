import pg from 'pg';
import { startChild } from '../harness/child.mjs';
import { ownCpu } from '../../measurement/cpu.mjs';
import { atLeastValue } from '../harness/goals.mjs';
import { SINK } from './bench-contracts.mjs';
import { createBenchDatabase } from './bench-databases.mjs';
import { cpuBetween, cpuOfServers } from './servers.mjs';

const EVENTS = 2_000;
const BATCH = 500;
const INSERT_SQL = `insert into inbox (durable, entity_id, sequence)
  select 'bench', entity_id, 1 from unnest($1::text[]) as entity_id`;

/** P2d: measures the consumption of stored events: reaction, inbox row, commit and acknowledgement of each. */
export const consumption = {
  id: 'P2d',
  title: 'stored events consumed by one consumer: inbox row, commit, acknowledgement',
  async open(options) {
    const { admin, runtime } = await createBenchDatabase(SINK);
    const publisher = await startChild(new URL('publisher.process.mjs', import.meta.url), {}, options);
    const sink = await startChild(new URL('sink.process.mjs', import.meta.url), { databaseUrl: runtime }, options);
    const client = new pg.Client({ connectionString: admin });
    await client.connect();
    const eventCount = Math.max(BATCH, Math.round(EVENTS * options.scale));
    const readServerCpu = () => cpuOfServers(options.folder);
    let insertedCount = 0;
    const insertBatches = async () => {
      const [serverCpuBefore, ownCpuBefore, startedAt] = [readServerCpu(), ownCpu(), performance.now()];
      for (let count = 0; count < eventCount; count += BATCH) {
        const entities = Array.from({ length: BATCH }, () => `/bench/${(insertedCount += 1)}`);
        await client.query({ name: 'inbox', text: INSERT_SQL, values: [entities] });
      }
      const { postgres } = cpuBetween(serverCpuBefore, readServerCpu());
      const operations = Math.ceil(eventCount / BATCH) * BATCH;
      return { operations, ms: performance.now() - startedAt, cpu: { process: ownCpu() - ownCpuBefore, postgres } };
    };
    const consume = async () => {
      await publisher.ask('publishCount', { count: eventCount, inFlight: 256, purgesFirst: true });
      const serverCpuBefore = readServerCpu();
      const sample = await sink.ask('consume', { count: eventCount });
      return { ...sample, cpu: { sink: sample.cpu, ...cpuBetween(serverCpuBefore, readServerCpu()) } };
    };
    const [limitName, oursName] = [`PostgreSQL, inbox rows in batches of ${BATCH}`, 'a consumer of Cordée'];
    return {
      unit: 'events/s',
      subjects: [
        { name: limitName, role: 'limit', run: insertBatches },
        { name: oursName, role: 'ours', run: consume },
      ],
      goals: [
        atLeastValue(
          15_000,
          '≥ 15,000 events/s for one consumer',
          (results) => results.find(({ name }) => name === oursName)?.median ?? null,
        ),
      ],
      notes: () => [`${eventCount.toLocaleString('en')} events of different entities in each round.`],
      close: () => client.end(),
    };
  },
};
