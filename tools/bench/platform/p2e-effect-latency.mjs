import { startChild } from '../harness/child.mjs';
import { latencyAtMost, atLeastValue } from '../harness/goals.mjs';
import { latencies } from '../../measurement/statistics.mjs';
import { SINK, SOURCE } from './bench-contracts.mjs';
import { createBenchDatabase } from './bench-databases.mjs';
import { cpuBetween, cpuOfServers } from './servers.mjs';

const RUN_MS = 3_000;
const RATES = [1_000, 200];

/** P2e: measures the time from the commit in one service to the commit of the effect in another service. */
export const effectLatency = {
  id: 'P2e',
  title: 'from the commit in one service to the committed effect in another service, at a fixed rate (open loop)',
  async open(options) {
    const [source, sink] = [await createBenchDatabase(SOURCE), await createBenchDatabase(SINK)];
    const start = (file, input) => startChild(new URL(file, import.meta.url), input, options);
    const sinkProcess = await start('sink.process.mjs', { databaseUrl: sink.runtime, writesEffect: true });
    await sinkProcess.ask('open');
    const sourceProcess = await start('source.process.mjs', { databaseUrl: source.runtime });
    const cpu = async () => ({
      source: await sourceProcess.ask('cpu'),
      sink: await sinkProcess.ask('cpu'),
      ...cpuOfServers(options.folder),
    });
    const run = async (perSecond) => {
      const cpuBefore = await cpu();
      const { operations, commits } = await sourceProcess.ask('commit', { perSecond, ms: RUN_MS });
      const effects = new Map(await sinkProcess.ask('takeEffects', { count: operations }));
      const cpuAfter = await cpu();
      const times = commits.map(([, time]) => time);
      const firstCommitAt = Math.min(...times);
      return {
        operations,
        ms: Math.max(...effects.values()) - firstCommitAt,
        // The latency starts at the commit in the source, not at the planned time, so a late commit does not count.
        latency: latencies(commits.map(([itemId, time]) => effects.get(itemId) - time)),
        cpu: cpuBetween(cpuBefore, cpuAfter),
      };
    };
    const nameOf = (rate) => `commit to effect, ${rate.toLocaleString('en')}/s planned`;
    const ours = nameOf(RATES[0]);
    return {
      unit: 'effects/s',
      subjects: RATES.map((rate, index) => ({
        name: nameOf(rate),
        role: index === 0 ? 'ours' : 'variant',
        run: () => run(rate),
      })),
      goals: [
        atLeastValue(
          0.95 * RATES[0],
          `≥ ${0.95 * RATES[0]} effects/s of ${RATES[0].toLocaleString('en')} planned`,
          (results) => results.find(({ name }) => name === ours)?.median ?? null,
        ),
        latencyAtMost('p50', 5, ours),
        latencyAtMost('p99', 20, ours),
      ],
    };
  },
};
